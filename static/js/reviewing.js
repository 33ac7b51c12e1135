// One key for each act of a reviewer, and marks that show which element they belong to. Without this module every act is
// a button or a link, and every mark carries the number of its element.

const form = document.querySelector("[data-verdict-form]");
const reason = form?.querySelector("textarea");
const hint = document.querySelector("[data-desk-hint]");
const help = document.querySelector("[data-key-help]");
let chosen = null;

// A key belongs to whoever types, and to the browser while a modifier is held.
function isFree(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return !event.target.closest?.("input, select, textarea, [contenteditable], dialog");
}

function acts(key) {
  return [...document.querySelectorAll("[data-key]")].find((act) => act.dataset.key === key);
}

function keyOf(event) {
  if (event.key === "ArrowRight") return "j";
  if (event.key === "ArrowLeft") return "k";
  return event.key.length === 1 ? event.key.toLowerCase() : "";
}

// An override needs words first: the key remembers the verdict, and Ctrl+Enter records it.
function choose(button) {
  chosen = button;
  hint.textContent = `Say why it is “${button.dataset.word}”, then press Ctrl+Enter. Esc leaves it as it is.`;
  for (const other of form.querySelectorAll("[data-needs-reason]")) other.classList.toggle("is-chosen", other === button);
  reason.focus();
  reason.scrollIntoView({ block: "nearest" });
}

function leave() {
  chosen = null;
  hint.textContent = "";
  for (const button of form.querySelectorAll("[data-needs-reason]")) button.classList.remove("is-chosen");
  reason.blur();
}

// The letter that stands for the matcher's own verdict confirms it, as “c” does.
const CONFIRMING = { match: "m", revise: "r", unrelated: "n" };

function act(key) {
  let found = acts(key);
  if (!found && form) {
    const confirm = acts("c");
    if (confirm && CONFIRMING[confirm.value] === key) found = confirm;
  }
  if (!found) return false;
  if (found.hasAttribute("data-needs-reason") && !reason.value.trim()) choose(found);
  else found.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isFree(event)) return;
  if (event.key === "?" && help) {
    help.open = !help.open;
    if (help.open) help.scrollIntoView({ block: "nearest" });
    event.preventDefault();
    return;
  }
  if (event.shiftKey) return;
  const key = keyOf(event);
  if (key && act(key)) event.preventDefault();
});

if (form) {
  for (const button of form.querySelectorAll("[data-needs-reason]")) {
    button.dataset.word = button.textContent.trim().replace(/\s+\S$/, "").toLowerCase();
    button.addEventListener("click", (event) => {
      if (reason.value.trim()) return;
      event.preventDefault();
      choose(button);
    });
  }
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && chosen && reason.value.trim()) {
      event.preventDefault();
      form.requestSubmit(chosen);
    }
  });
  // A second press while the page is on its way would decide twice.
  form.addEventListener("submit", () => {
    document.addEventListener("keydown", (event) => event.stopImmediatePropagation(), { capture: true });
  });
}

// Pointing at a mark, its number or an element shows all that belong together.
const pieces = [...document.querySelectorAll("[data-elements]")];

function point(numbers) {
  for (const piece of pieces) {
    piece.classList.toggle("is-pointed", piece.dataset.elements.split(" ").some((number) => numbers.includes(number)));
  }
}

for (const piece of pieces) {
  const numbers = piece.dataset.elements.split(" ");
  piece.addEventListener("mouseenter", () => point(numbers));
  piece.addEventListener("focus", () => point(numbers));
  piece.addEventListener("mouseleave", () => point([]));
  piece.addEventListener("blur", () => point([]));
}
