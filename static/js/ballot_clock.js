// Keeps the line about the closing time current: a page that stays open for an hour must learn of a pause or of more time.

const PAUSE_SECONDS = 20;
const line = document.querySelector("[data-clock-url]");

async function look() {
  const response = await fetch(line.dataset.clockUrl, { cache: "no-store", headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { words, list } = await response.json();
  document.querySelector("[data-list-changed]").hidden = list === line.dataset.list;
  if (line.textContent !== words) line.textContent = words;
  line.hidden = !words;
}

async function keepLooking() {
  try {
    if (document.visibilityState === "visible") await look();
  } catch {
    // The wifi is away; what was said last stays until it is back.
  }
  setTimeout(keepLooking, PAUSE_SECONDS * 1000);
}

setTimeout(keepLooking, PAUSE_SECONDS * 1000);
