// What a page gains from script; everything works without it.

// Menus close on Escape and on a press elsewhere.
const menus = [...document.querySelectorAll(".top details")];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((menu) => menu.open).reverse()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});

// Nothing is sent twice by a double press; the page that answers, or going back, frees the button.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
