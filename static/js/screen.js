// Keeps the wall current, and turns its pages with the arrow keys.

import { follow } from "./events.js";

const PAUSE = 3000;
const wall = document.querySelector("[data-live-url]");
const words = document.querySelector("[data-live-words]");
let etag = "";
let isLooking = false;
let isStale = false;

async function fetchState() {
  // The answer to an unchanged meeting is empty, so a wall may ask all evening.
  const response = await fetch(wall.dataset.liveUrl, { cache: "no-store", headers: { Accept: "application/json", ...(etag && { "If-None-Match": etag }) } });
  if (response.status === 304 || !response.ok || response.redirected) return;
  etag = response.headers.get("ETag") ?? "";
  const state = await response.json();
  if (state.stage !== wall.dataset.stage || state.ranking !== wall.dataset.ranking) window.location.reload();
  else if (words) words.textContent = state.words;
}

// While one answer travels, any number of further changes make one more question.
async function look() {
  isStale = true;
  if (isLooking) return;
  isLooking = true;
  while (isStale) {
    isStale = false;
    try {
      await fetchState();
    } catch {
      // The network is away; the wall keeps what it shows and hears of the next change.
    }
  }
  isLooking = false;
}

const KEYS = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev" };

document.addEventListener("keydown", (event) => {
  const page = document.querySelector(`a[rel="${KEYS[event.key]}"]`);
  const isPress = event.key === " " && event.target.closest("a, button");
  if (page && !isPress && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    page.click();
  }
});

follow({ eventsUrl: wall.dataset.eventsUrl, onChange: look, pause: () => PAUSE });
