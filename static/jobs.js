// Follows a job: what is told about it changes in place, so that nobody loses their focus.

const SECONDS = 2;
const told = document.querySelector("#run");

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#run");
  if (!fresh) location.replace(answer.url);
  else told.replaceChildren(...fresh.childNodes);
}

async function follow() {
  // A server that cannot be reached is asked again, too.
  await look().catch(() => {});
  setTimeout(follow, SECONDS * 1000);
}

setTimeout(follow, SECONDS * 1000);
