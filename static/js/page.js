// What every office page does beyond plain HTML; each part looks for its own marks and does nothing without them.

const dateForPrint = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "long" });

function fillPrintDate() {
  for (const place of document.querySelectorAll("[data-print-date]")) {
    if (!place.textContent.trim()) place.textContent = dateForPrint.format(new Date());
  }
}

// A page opened over plain http in a meeting room has no clipboard access, so the older command is the way that always works there.
async function copyText(input) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(input.value);
      return true;
    } catch {
      // The browser refused; the selection below still works.
    }
  }
  input.focus();
  input.select();
  return document.execCommand("copy");
}

function enableCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const input = document.getElementById(button.dataset.copy);
    const outcome = button.closest(".copyable").querySelector(".copyable-outcome");
    button.hidden = false;
    button.addEventListener("click", async () => {
      outcome.textContent = (await copyText(input)) ? "Copied." : "Press Ctrl+C (on a Mac: ⌘C) to copy the marked text.";
    });
  }
}

function closeOnRequest() {
  for (const button of document.querySelectorAll("[data-close-details]")) {
    const details = button.closest("details");
    const close = () => {
      details.open = false;
      details.querySelector("summary").focus();
    };
    button.hidden = false;
    button.addEventListener("click", close);
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
  }
}

fillPrintDate();
window.addEventListener("beforeprint", fillPrintDate);
enableCopying();
closeOnRequest();
document.querySelector("[data-focus]")?.focus();
if (document.querySelector("table.sortable, table.paged, table[data-filter]")) import("./tables.js");
if (document.querySelector("[data-chart-url]")) import("./charts.js");
if (document.querySelector(".ballot-page, .join-page")) import("./ballot_waiting.js");
