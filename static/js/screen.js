// Keeps the wall current: asks every three seconds whether anything changed, and turns the pages with the arrow keys.

const PAUSE = 3000;
const wall = document.querySelector("[data-live-url]");
const words = document.querySelector("[data-live-words]");
let etag = "";

async function look() {
  // The answer to an unchanged meeting is empty, so a wall may ask all evening.
  const response = await fetch(wall.dataset.liveUrl, { cache: "no-store", headers: { Accept: "application/json", ...(etag && { "If-None-Match": etag }) } });
  if (response.status === 304 || !response.ok || response.redirected) return;
  etag = response.headers.get("ETag") ?? "";
  const state = await response.json();
  if (state.stage !== wall.dataset.stage || state.ranking !== wall.dataset.ranking) window.location.reload();
  else if (words) words.textContent = state.words;
}

async function keepLooking() {
  try {
    await look();
  } catch {
    // The network is away; the wall keeps what it shows and asks again.
  }
  window.setTimeout(keepLooking, PAUSE);
}

const KEYS = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev" };

document.addEventListener("keydown", (event) => {
  const page = document.querySelector(`a[rel="${KEYS[event.key]}"]`);
  if (page && !event.target.closest("a, button")) {
    event.preventDefault();
    page.click();
  }
});

window.setTimeout(keepLooking, PAUSE);
