// Keys of the review: j and k walk through the queue, the others press the button that shows them,
// also on the page of one finding. Never in a field, never with a modifier; a page loads this only
// where keys are on.

const items = [...document.querySelectorAll(".findings > li")];
const PLACE = "review:" + location.pathname + location.search;

const current = () => items.indexOf(document.activeElement?.closest(".findings > li"));
const go = (place) => {
  const item = items[Math.max(0, Math.min(place, items.length - 1))];
  item?.focus();
  item?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const place = current();
  if (event.key === "j") go(place + 1);
  else if (event.key === "k") go(place < 0 ? 0 : place - 1);
  else {
    const about = items[Math.max(place, 0)] ?? document.querySelector("main");
    const button = about.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    sessionStorage.setItem(PLACE, Math.max(place, 0));
    button.click();
  }
  event.preventDefault();
});

// Back from a decision, the keys go on where they were.
const place = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (place !== null) go(Number(place));
