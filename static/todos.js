// Says beneath the line that adds a to-do what it is understood to say, while it is written; and keeps
// the focus on the arrow of a to-do that is put up or down.

const PAUSE = 300;
const line = document.querySelector(".quick [name=line]");
const told = document.querySelector(".understood");
let waiting;
let asking;

async function ask() {
  asking = new AbortController();
  const { signal } = asking;
  const address = `${told.dataset.address}?${new URLSearchParams({ line: line.value })}`;
  try {
    const answer = await fetch(address, { headers: { "Casebook-Part": "understood" }, signal });
    // Signed out meanwhile, the answer is another page.
    show(answer.ok && !answer.redirected ? (await answer.text()).trim() : "");
  } catch {
    // The network is away, or more was written meanwhile: what was told before is no longer true.
    if (!signal.aborted) show("");
  }
}

function show(html) {
  // Said again it would be read out again.
  if (told.innerHTML.trim() !== html) told.innerHTML = html;
}

line.addEventListener("input", () => {
  clearTimeout(waiting);
  asking?.abort();
  if (line.value.trim()) waiting = setTimeout(ask, PAUSE);
  else show("");
});

// Pressed again, the same arrow moves the same to-do further.
document.querySelector("#order")?.addEventListener("submit", ({ submitter }) => {
  const side = /[?&](above|below)=/.exec(submitter?.getAttribute("formaction"))?.[1];
  if (side) sessionStorage.setItem("todos-moved", side);
});
const side = sessionStorage.getItem("todos-moved");
sessionStorage.removeItem("todos-moved");
if (side && /^#todo-\d+$/.test(location.hash)) {
  const row = document.querySelector(location.hash);
  const arrow = row?.querySelector(`[formaction*="${side}="]`) ?? row?.querySelector("[formaction*=move]");
  // Going to the row, the browser takes the focus away; that is over when all is loaded.
  addEventListener("load", () => setTimeout(() => arrow?.focus()));
}
