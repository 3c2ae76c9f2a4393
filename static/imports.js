// Dropping a file shows where, and what is too large is told before it is sent.

const input = document.querySelector("#files");
const field = input.closest(".drop");
for (const name of ["dragenter", "dragover"]) field.addEventListener(name, () => field.classList.add("over"));
for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => field.classList.remove("over"));

input.addEventListener("change", () => {
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const tooLarge = size > Number(input.dataset.most);
  input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
  input.reportValidity();
});
input.form.addEventListener("submit", (event) => {
  if (!input.checkValidity()) {
    event.preventDefault();
    input.reportValidity();
  }
});
