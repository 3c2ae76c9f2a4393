// Dropping a file shows where, and one that is too large is told before it is sent.

const input = document.querySelector("#file");
const field = input.closest(".drop");
for (const name of ["dragenter", "dragover"]) field.addEventListener(name, () => field.classList.add("over"));
for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => field.classList.remove("over"));

input.addEventListener("change", () => {
  const [file] = input.files;
  const tooLarge = file && file.size > Number(input.dataset.most);
  input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
  input.reportValidity();
});
input.form.addEventListener("submit", (event) => {
  if (!input.checkValidity()) {
    event.preventDefault();
    input.reportValidity();
  }
});
