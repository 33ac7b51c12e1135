// Keeps the wall current, and turns its pages with the arrow keys.

import { follow } from "./events.js";

const PAUSE = 3000;
const shown = () => document.querySelector("[data-live-url]").dataset;
let etag = "";
let isLooking = false;
let isStale = false;

// A newer ranking takes the place of the one on the wall without a flash; another stage is another page.
async function redraw() {
  const response = await fetch(window.location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(response.ok && !response.redirected ? await response.text() : "", "text/html");
  const isSameStage = page.querySelector("[data-live-url]")?.dataset.stage === shown().stage;
  if (!isSameStage) return window.location.reload();
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
}

async function fetchState() {
  // The answer to an unchanged meeting is empty, so a wall may ask all evening.
  const response = await fetch(shown().liveUrl, { cache: "no-store", headers: { Accept: "application/json", ...(etag && { "If-None-Match": etag }) } });
  if (response.status === 304 || !response.ok || response.redirected) return;
  etag = response.headers.get("ETag") ?? "";
  const state = await response.json();
  const words = document.querySelector("[data-live-words]");
  if (state.stage !== shown().stage) window.location.reload();
  else if (state.ranking !== shown().ranking) await redraw();
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

follow({ eventsUrl: shown().eventsUrl, onChange: look, pause: () => PAUSE });
