// Keeps the marked parts of a page current: asks a small door every few seconds, and fetches the page anew when it says so.
// Without it the page is right whenever it is reloaded.

const PAUSE_SECONDS = 4;
const LONGEST_PAUSE_SECONDS = 60;

const { liveUrl: url, liveEtag } = document.querySelector("[data-live-url]")?.dataset ?? {};
// The page says which state it shows, so that nothing that happened while it travelled is missed.
let etag = liveEtag ?? "";
let nFailures = 0;

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

async function look() {
  try {
    const response = await fetch(url, { headers: { "If-None-Match": etag }, cache: "no-store", credentials: "same-origin" });
    if (response.status !== 304) {
      if (!response.ok || response.redirected) throw new Error(`The server answered ${response.status}.`);
      if (await replaceParts()) etag = response.headers.get("ETag") ?? "";
    }
    nFailures = 0;
  } catch {
    nFailures += 1;
  }
}

async function keepLooking() {
  if (document.visibilityState === "visible") await look();
  setTimeout(keepLooking, Math.min(PAUSE_SECONDS * 2 ** nFailures, LONGEST_PAUSE_SECONDS) * 1000);
}

if (url) keepLooking();
