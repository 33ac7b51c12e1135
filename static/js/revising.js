// The draft of a revision: outcomes are rearranged in place, words are counted, and the server is asked, a moment after
// the last key, what the text would change. Without this file the same buttons go to the server.

const form = document.querySelector("form.revising");
const list = form.querySelector("[data-outcomes]");
const panel = form.querySelector("[data-what-if]");
const summary = form.querySelector("[data-what-if-summary]");
const trouble = form.querySelector("[data-what-if-trouble]");
const QUIET_MS = 350;

let timer = 0;
let asked = 0;
let isChanged = false;

function number() {
  [...list.children].forEach((row, place) => {
    const text = row.querySelector("textarea");
    const label = row.querySelector("label");
    text.id = `outcome-${place}`;
    label.htmlFor = text.id;
    label.textContent = `Outcome ${place + 1}`;
    const words = { up: `Move outcome ${place + 1} up`, down: `Move outcome ${place + 1} down`, remove: `Remove outcome ${place + 1}` };
    for (const button of row.querySelectorAll("[data-act]")) {
      button.value = `${button.dataset.act}:${place}`;
      button.setAttribute("aria-label", words[button.dataset.act]);
    }
  });
}

function add(text) {
  const blank = form.querySelector("[data-blank-outcome]").content.cloneNode(true);
  const row = blank.querySelector("li");
  row.querySelector("textarea").value = text;
  if (text) row.querySelector("[data-mark]").textContent = "proposal from the employers’ words";
  list.append(row);
  number();
  row.querySelector("textarea").focus();
  ask();
}

function rearrange(button) {
  const row = button.closest("li");
  const act = button.dataset.act;
  if (act === "up" && row.previousElementSibling) list.insertBefore(row, row.previousElementSibling);
  if (act === "down" && row.nextElementSibling) list.insertBefore(row.nextElementSibling, row);
  if (act === "remove") {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (next?.querySelector("[data-act='remove']") || form.querySelector("[data-act='add']")).focus();
  } else {
    button.focus();
  }
  number();
  ask();
}

function countWords() {
  const place = form.querySelector("[data-word-count]");
  const n = form.elements.description.value.split(/\s+/).filter(Boolean).length;
  const most = Number(form.dataset.mostWords);
  place.textContent = `${n} ${n === 1 ? "word" : "words"} of at most ${most}`;
  place.classList.toggle("is-over", n > most);
}

function showDoubts(doubts) {
  const rows = [...list.children];
  for (const row of rows) row.querySelector("[data-doubt]").textContent = "";
  const general = form.querySelector("[data-doubts]");
  general.replaceChildren();
  for (const doubt of doubts) {
    const place = doubt.number === null ? null : rows[doubt.number]?.querySelector("[data-doubt]");
    if (place) {
      place.textContent = doubt.words.replace(/^Outcome \d+: /, "");
    } else {
      const words = document.createElement("p");
      words.className = "field-error";
      words.textContent = doubt.words;
      general.append(words);
    }
  }
}

async function look() {
  const mine = ++asked;
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.whatIfUrl, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (mine !== asked) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (mine !== asked) return;
    const open = new Set([...panel.querySelectorAll("details[open]")].map((part) => part.closest(".effect")?.querySelector("h3").textContent));
    panel.innerHTML = found.panel;
    for (const part of panel.querySelectorAll(".effect details")) {
      if (open.has(part.closest(".effect").querySelector("h3").textContent)) part.open = true;
    }
    document.querySelector("[data-differences]").innerHTML = found.differences;
    summary.textContent = found.summary;
    showDoubts(found.doubts);
    trouble.hidden = true;
  } catch {
    if (mine !== asked) return;
    trouble.textContent = "The server does not answer right now. What you typed is still here; save it when the connection is back.";
    trouble.hidden = false;
  } finally {
    if (mine === asked) panel.removeAttribute("aria-busy");
  }
}

function ask() {
  isChanged = true;
  clearTimeout(timer);
  timer = setTimeout(look, QUIET_MS);
}

form.addEventListener("input", (event) => {
  const mark = event.target.closest(".outcome-row")?.querySelector("[data-mark]");
  if (mark) mark.textContent = "new or changed";
  countWords();
  ask();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act], button[data-use], button[data-look]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.look !== undefined) {
    look();
  } else if (button.dataset.use) {
    add(button.dataset.use);
    button.replaceWith(Object.assign(document.createElement("span"), { className: "beside", textContent: "in the list" }));
  } else if (button.dataset.act === "add") {
    add("");
  } else {
    rearrange(button);
  }
});
form.addEventListener("submit", () => {
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
countWords();
look();
