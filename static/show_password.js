// A password can be looked at while it is typed; without script it stays hidden.

for (const input of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = input.dataset.show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? input.dataset.hide : input.dataset.show;
  });
  input.after(button);
  // A browser remembers what stands in a text field, but not in one for a password.
  input.form.addEventListener("submit", () => { input.type = "password"; });
}
