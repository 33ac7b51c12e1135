// Keeps the marked parts of a page current: fetches the page anew when the server says that something has changed.
// Without it the page is right whenever it is reloaded.

import { follow } from "./events.js";

const PAUSE_SECONDS = 4;
const LONGEST_PAUSE_SECONDS = 60;

const { liveUrl: url, liveEtag, livePause, eventsUrl } = document.querySelector("[data-live-url]")?.dataset ?? {};
// The page says which state it shows, so that nothing that happened while it travelled is missed.
let etag = liveEtag ?? "";
let nFailures = 0;
let isLooking = false;
let isStale = false;
let again = 0;

const pause = () => Math.min((Number(livePause) || PAUSE_SECONDS) * 2 ** nFailures, LONGEST_PAUSE_SECONDS) * 1000;

// A part that someone is using stays as it is until they have finished.
function isInUse(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

async function replaceParts() {
  const response = await fetch(window.location.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  let isComplete = true;
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    if (isInUse(part)) isComplete = false;
    else if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
  return isComplete;
}

// Says whether the page now shows what the server has.
async function isCurrent() {
  const response = await fetch(url, { headers: { "If-None-Match": etag }, cache: "no-store", credentials: "same-origin" });
  if (response.status === 304) return true;
  if (!response.ok || response.redirected) throw new Error(`The server answered ${response.status}.`);
  if (!(await replaceParts())) return false;
  etag = response.headers.get("ETag") ?? "";
  return true;
}

// While one answer travels, any number of further changes make one more question; what could not be shown is tried again.
async function look() {
  isStale = true;
  if (isLooking || document.visibilityState !== "visible") return;
  isLooking = true;
  window.clearTimeout(again);
  while (isStale) {
    isStale = false;
    let isDone = false;
    try {
      isDone = await isCurrent();
      nFailures = 0;
    } catch {
      nFailures += 1;
    }
    if (!isDone) again = window.setTimeout(look, pause());
  }
  isLooking = false;
}

if (url) {
  document.addEventListener("visibilitychange", () => {
    if (isStale) look();
  });
  follow({ eventsUrl, onChange: look, pause });
}
