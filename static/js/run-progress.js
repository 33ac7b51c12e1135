// Moves the progress bar of a running match run, and shows the result once it is there.

const place = document.querySelector("[data-run-progress]");
const EVERY_MS = 1000;

async function look() {
  try {
    const response = await fetch(place.dataset.runProgress, { headers: { Accept: "application/json" } });
    if (response.ok) {
      const { state, n_done, n_total } = await response.json();
      if (state !== "running") {
        window.location.reload();
        return;
      }
      const bar = place.querySelector("progress");
      bar.max = n_total || 1;
      bar.value = n_done;
      place.querySelector("strong").textContent = `${n_done} of ${n_total}`;
    }
  } catch {
    // The network is away for a moment; the next look may find it again.
  }
  setTimeout(look, EVERY_MS);
}

if (place) setTimeout(look, EVERY_MS);
