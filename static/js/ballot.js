// Turns the plain ballot form into steps: sort, order, training, check and cast. Every tap is saved on the phone at once.

import { Casting } from "./ballot_casting.js";
import { make } from "./ballot_elements.js";
import * as ordering from "./ballot_order.js";
import { Vault } from "./ballot_vault.js";

const form = document.getElementById("ballot");
const find = (selector, within = form) => within.querySelector(selector);
const findAll = (selector, within = form) => [...within.querySelectorAll(selector)];
const STEPS = ["sort", "order", "training", "check"];
const SORT_WORDS = { must: "Must have", useful: "Useful", not_needed: "Not needed here", dont_know: "Don’t know" };
const TRAINING = ["n_workers", "required_level", "attendance"];
const k = Number(form.dataset.k);
const needs = new Map(
  findAll(".need").map((box) => [box.dataset.need, { box, code: box.dataset.need, area: box.dataset.area, title: find("legend", box).textContent }]),
);
const DEVICE = matchMedia("(pointer: coarse)").matches ? "phone" : "computer";
const openMenus = new Set();
const vault = new Vault();
// One draft per meeting and voter, so that two people may vote on the same phone.
const draftKey = `draft/${form.dataset.meeting}/${form.dataset.voter}`;
let draft;
let casting;
// What was answered while this page still looked for what it had kept: newer than that.
const answeredSince = new Set();

function say(words) {
  find("[data-live]").textContent = words;
}

// The draft: what this voter has answered so far.

function control(name, code) {
  return form.elements[`${name}-${code}`];
}

function draftFromForm() {
  const codes = [...needs.keys()];
  const placed = codes.map((code) => ({ code, position: Number(control("position", code).value) })).filter(({ position }) => position > 0);
  placed.sort((one, other) => one.position - other.position);
  return {
    shownOrder: codes,
    order: placed.map(({ code, position }, at) => ({ code, tied: at > 0 && placed[at - 1].position === position })),
    step: "sort",
    waitingId: null,
    values: {},
  };
}

function restore(kept) {
  const known = kept.shownOrder.filter((code) => needs.has(code));
  kept.shownOrder = [...known, ...[...needs.keys()].filter((code) => !known.includes(code))];
  kept.order = kept.order.filter(({ code }) => needs.has(code));
  for (const [name, value] of Object.entries(kept.values)) if (form.elements[name] && !answeredSince.has(name)) form.elements[name].value = value;
  kept.order = kept.order.filter(({ code }) => sortOf(code) === "must");
  // A need that is moved loses the finger that is just pressing on it.
  if (findAll(".need").some((box, at) => box.dataset.need !== kept.shownOrder[at])) find(".needs").append(...kept.shownOrder.map((code) => needs.get(code).box));
  return kept;
}

// An earlier page kept drafts in localStorage alone, under the ballot’s number, with a pointer to it; none of them is lost.
async function takeOver() {
  const pointer = `skillshed ${form.dataset.meeting} ${form.dataset.voter}`;
  try {
    const ballotId = localStorage.getItem(pointer);
    const key = `skillshed ${form.dataset.meeting} ballot ${ballotId}`;
    const former = ballotId && JSON.parse(localStorage.getItem(key));
    if (!former) return null;
    const { shownOrder, order, step, values, isWaiting } = former;
    const taken = { shownOrder, order, step, values, waitingId: isWaiting ? ballotId : null };
    if (await vault.put(draftKey, taken)) [pointer, key].forEach((name) => localStorage.removeItem(name));
    return taken;
  } catch {
    return null; // Storage is switched off, or another program wrote there.
  }
}

async function save() {
  draft.values = Object.fromEntries(
    [...new FormData(form)].filter(([name, value]) => value && /^(sort|n_workers|required_level|attendance)-/.test(name)),
  );
  const isKept = await vault.put(draftKey, draft);
  find("[data-saved]").textContent = isKept ? `Saved on this ${DEVICE}` : "This browser cannot save: keep this page open";
}

// Another tab of the same voter may have put newer answers there, and those are not this ballot's to take away.
async function forgetDraft() {
  const kept = await vault.get(draftKey);
  if (!kept || kept.waitingId === draft.waitingId) await vault.remove(draftKey);
}

const sortOf = (code) => control("sort", code).value || null;
const mustHaves = () => draft.shownOrder.filter((code) => sortOf(code) === "must");
const nSorted = () => draft.shownOrder.filter((code) => sortOf(code)).length;

function ballotBody() {
  const positions = ordering.positions(draft.order);
  const entries = draft.shownOrder.map((code) => ({
    need: code,
    sort: sortOf(code),
    position: positions.get(code) ?? null,
    n_workers: control("n_workers", code).value === "" ? null : Number(control("n_workers", code).value),
    required_level: control("required_level", code).value || null,
    attendance: control("attendance", code).value || null,
  }));
  return { shown_order: draft.shownOrder, entries };
}

// Step 1: sort.

function addAreas() {
  const areas = new Set([...needs.values()].map(({ area }) => area).filter(Boolean));
  find("#ballot-show").append(...[...areas].sort().map((area) => make("option", { value: `=${area}`, textContent: area })));
}

function showFound() {
  const words = find("#ballot-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const choice = find("#ballot-show").value;
  let nFound = 0;
  for (const { box, code, area } of needs.values()) {
    const text = words.length ? box.textContent.toLowerCase() : "";
    const isShown = words.every((word) => text.includes(word)) && (choice === "?" ? !sortOf(code) : !choice || choice.slice(1) === area);
    box.hidden = !isShown;
    nFound += isShown;
  }
  find(".needs-none").hidden = nFound > 0;
  say(`${nFound} of ${needs.size} needs shown`);
}

function needSorted(code) {
  const before = draft.order.length;
  if (sortOf(code) !== "must") draft.order = ordering.remove(draft.order, code);
  if (draft.order.length < before) say(`${needs.get(code).title} left your order, because it is no longer a must-have`);
  save();
  showBar();
}

// Step 2: order.

function reorder(code, next, words) {
  draft.order = next;
  save();
  showOrder();
  const position = ordering.positions(next).get(code);
  say(words ?? `Moved ${needs.get(code).title} to position ${position} of ${next.length}`);
}

function actButton(act, code, words, act_on, { disabled = false, quiet = false } = {}) {
  const button = make("button", { type: "button", className: quiet ? "button-quiet" : "button-secondary", disabled, textContent: words, dataset: { focus: `${act} ${code}` } });
  button.setAttribute("aria-label", `${words}: ${needs.get(code).title}`);
  button.addEventListener("click", act_on);
  return button;
}

function moveMenu(code, at) {
  const choice = make("select", { dataset: { focus: `move ${code}` } });
  draft.order.forEach((_, place) => choice.append(make("option", { value: String(place + 1), textContent: String(place + 1), selected: place === at })));
  choice.addEventListener("change", () => reorder(code, ordering.moveTo(draft.order, code, Number(choice.value))));
  return make("label", {}, "Move to position ", choice);
}

function tieToggle(code, at, isTied) {
  const above = at > 0 ? needs.get(draft.order[at - 1].code).title : "";
  const box = make("input", { type: "checkbox", checked: isTied, disabled: at === 0, dataset: { focus: `tie ${code}` } });
  box.addEventListener("change", () =>
    reorder(code, ordering.setTied(draft.order, code, box.checked), box.checked ? `${needs.get(code).title} is level with ${above}` : `${needs.get(code).title} now comes after ${above}`),
  );
  return make("label", { className: "tie" }, box, " Tie with the one above");
}

function orderedRow({ code, tied }, at, positions) {
  const { title } = needs.get(code);
  const isFirst = at === 0;
  const isLast = at === draft.order.length - 1;
  const position = make("span", { className: "ordered-position", textContent: tied ? "=" : String(positions.get(code)) });
  if (tied) position.setAttribute("aria-label", `${positions.get(code)}, tied`);
  const menu = make("details", { className: "ordered-more", open: openMenus.has(code) }, make("summary", { textContent: "More", dataset: { focus: `more ${code}` } }));
  menu.addEventListener("toggle", () => (menu.open ? openMenus.add(code) : openMenus.delete(code)));
  menu.append(
    make("div", { className: "ordered-menu" },
      actButton("top", code, "Top", () => reorder(code, ordering.moveTo(draft.order, code, 1)), { disabled: isFirst }),
      moveMenu(code, at),
      tieToggle(code, at, tied),
    ),
  );
  const acts = make("div", { className: "ordered-acts" },
    actButton("up", code, "Up", () => reorder(code, ordering.moveUp(draft.order, code)), { disabled: isFirst }),
    actButton("down", code, "Down", () => reorder(code, ordering.moveDown(draft.order, code)), { disabled: isLast && !tied }),
    actButton("remove", code, "Remove", () => reorder(code, ordering.remove(draft.order, code), `Removed ${title} from your order`), { quiet: true }),
    menu,
  );
  return make("li", { className: tied ? "is-tied" : "" }, position, make("span", { className: "ordered-title", textContent: title }), acts);
}

function candidateRow(code, isFull) {
  const { title } = needs.get(code);
  const button = make("button", { type: "button", disabled: isFull, dataset: { focus: `add ${code}` } }, make("span", { className: "candidate-plus", ariaHidden: "true", textContent: "+" }), title);
  button.addEventListener("click", (event) => {
    // The next need slides under the thumb, so the second half of a double tap is not meant for it.
    if (event.detail > 1) return;
    const next = ordering.add(draft.order, code, { k });
    holdingStill(() => reorder(code, next, `Added ${title} at position ${next.length} of ${k}`));
    if (next.length === k) find("[data-step=order] h2").scrollIntoView();
  });
  return make("li", {}, button);
}

// The order above grows with every tap; the list under the thumb stays where it is.
function holdingStill(change) {
  const top = () => find("[data-candidates]").getBoundingClientRect().top;
  const before = top();
  change();
  window.scrollBy({ top: top() - before, behavior: "instant" });
}

// Rows are drawn anew, so the focus returns to the same act, or to its nearest neighbour when that act has gone.
function keepingFocus(redraw) {
  const act = document.activeElement?.dataset?.focus;
  const siblings = act ? findAll(`[data-focus^="${act.split(" ")[0]} "]`).map((node) => node.dataset.focus) : [];
  redraw();
  if (!act) return;
  const usable = (key) => findAll("[data-focus]").find((node) => node.dataset.focus === key && !node.disabled);
  const [kind, code] = act.split(" ");
  const opposite = { up: `down ${code}`, down: `up ${code}`, top: `more ${code}` }[kind];
  const next = siblings[siblings.indexOf(act) + 1] ?? siblings[siblings.indexOf(act) - 1];
  (usable(act) ?? (opposite && usable(opposite)) ?? (next && usable(next)) ?? find("[data-step=order] h2")).focus();
}

function candidatesWords(nLeft, isFull) {
  if (!mustHaves().length) return "You have marked no need as must have. Go back to Sort and mark the skills your plant cannot do without.";
  if (!nLeft) return "All your must-haves are in your order.";
  return isFull ? `Your top ${k} is full. Remove one to put another in its place.` : "";
}

function showOrder() {
  const placed = new Set(draft.order.map(({ code }) => code));
  const left = mustHaves().filter((code) => !placed.has(code));
  const isFull = draft.order.length >= k;
  const words = candidatesWords(left.length, isFull);
  keepingFocus(() => {
    const positions = ordering.positions(draft.order);
    find("[data-ordered]").replaceChildren(...draft.order.map((entry, at) => orderedRow(entry, at, positions)));
    find("[data-candidates]").replaceChildren(...left.map((code) => candidateRow(code, isFull)));
  });
  find("[data-ordered-empty]").hidden = draft.order.length > 0 || !left.length;
  find("[data-candidates-none]").hidden = !words;
  find("[data-candidates-none]").textContent = words;
  showBar();
}

// Step 3: training. The plain form's own controls are borrowed for the needs in the order and handed back afterwards.

function showTraining() {
  returnTraining();
  const boxes = draft.order.map(({ code }) => {
    const { title, box } = needs.get(code);
    return make("fieldset", { className: "training-need", dataset: { trainingOf: code } }, make("legend", { textContent: title }), find(".training", box));
  });
  const none = make("p", { className: "soft", textContent: "Your order is empty, so there is nothing to ask here." });
  find("[data-training]").replaceChildren(...(boxes.length ? boxes : [none]));
}

function returnTraining() {
  for (const box of findAll("[data-training-of]")) find("details.plain-only", needs.get(box.dataset.trainingOf).box).append(find(".training", box));
}

// Step 4: check and cast.

function trainingWords(code) {
  const [nWorkers, level, attendance] = TRAINING.map((name) => control(name, code));
  const words = [];
  if (nWorkers.value) words.push(`${nWorkers.value} ${nWorkers.value === "1" ? "worker" : "workers"}`);
  if (level.value) words.push(`${level.value} level`);
  if (attendance.value) words.push(attendance.selectedOptions[0].textContent.trim());
  return words.join(", ");
}

function showReview() {
  const positions = ordering.positions(draft.order);
  const rows = draft.order.map(({ code }) =>
    make("li", {}, make("span", { className: "ordered-position", textContent: String(positions.get(code)) }), make("span", { className: "ordered-title" }, needs.get(code).title, make("small", { className: "soft", textContent: trainingWords(code) }))),
  );
  const counts = Object.entries(SORT_WORDS).map(([value, words]) => [words, draft.shownOrder.filter((code) => sortOf(code) === value).length]);
  counts.push(["Not sorted", draft.shownOrder.length - nSorted()]);
  const table = make("dl", { className: "review-counts" }, ...counts.map(([words, count]) => make("div", {}, make("dt", { textContent: words }), make("dd", { textContent: String(count) }))));
  const list = rows.length ? make("ol", { className: "ordered" }, ...rows) : make("p", { textContent: "You ordered no need. Your sorting still counts." });
  const rest = make("p", { className: "soft", textContent: "Needs you did not sort count like “not needed here”. You get a receipt and can change your ballot while the meeting is open." });
  find("[data-review]").replaceChildren(make("h3", { textContent: rows.length ? `Your top ${rows.length}` : "Your order" }), list, make("h3", { textContent: "Your sorting" }), table, rest);
}

// Moving between steps.

function showBar() {
  const isSort = draft.step === "sort";
  const words = { sort: `${nSorted()} of ${needs.size} sorted`, order: `${draft.order.length} of ${k} in order`, training: "Optional", check: "" }[draft.step];
  find("[data-bar-words]").textContent = words;
  find("[data-bar-progress]").hidden = !isSort;
  find("[data-bar-progress]").value = nSorted();
  find("[data-back]").hidden = isSort || draft.waitingId;
  find("[data-next]").hidden = draft.step === "check";
  find("[data-next]").textContent = { sort: `Order my top ${k}`, order: "Next", training: "Check my ballot" }[draft.step] ?? "";
  find("[data-cast]").hidden = draft.step !== "check" || draft.waitingId;
}

function showWaiting() {
  find("[data-waiting]").hidden = !draft.waitingId;
  for (const button of findAll("[data-go]")) button.disabled = draft.waitingId;
}

function go(step, { focus = true } = {}) {
  draft.step = step;
  for (const section of findAll("[data-step]")) section.hidden = section.dataset.step !== step;
  for (const button of findAll("[data-go]")) {
    if (button.dataset.go === step) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  if (step === "training") showTraining();
  else returnTraining();
  if (step === "order") showOrder();
  if (step === "check") showReview();
  showWaiting();
  showBar();
  save();
  if (focus) {
    form.scrollIntoView();
    find(`[data-step=${step}] h2`).focus({ preventScroll: true });
  }
}

// What came of casting.

function cast() {
  find("[data-refusal]").hidden = true;
  draft.waitingId = casting.newBallotId();
  go("check", { focus: false });
  find("[data-waiting]").scrollIntoView({ block: "center" });
  casting.send(draft.waitingId, ballotBody());
}

// What waits still goes out; the changed ballot follows it and replaces it.
function reopen() {
  draft.waitingId = null;
  go("sort");
}

async function wasCast(ballotId, receipt) {
  if (draft.waitingId === ballotId) {
    casting.outbox.isLeaving = true;
    await forgetDraft();
    window.location.replace(receipt.url);
  } else if (!draft.waitingId) {
    casting.note("Your ballot is cast. What you change here replaces it once you cast it again.", receipt);
  }
}

function wasRefused(ballotId, words) {
  if (draft.waitingId && draft.waitingId !== ballotId) return;
  draft.waitingId = null;
  go("check", { focus: false });
  // Where somebody else has joined on this phone meanwhile, opening the meeting would open their ballot.
  const isElsewhere = words.includes("Join the meeting again as");
  const again = make("a", { className: "button-secondary", href: isElsewhere ? `${form.dataset.meet}/join` : form.dataset.meet, textContent: isElsewhere ? "Join again" : "Open the meeting again" });
  const copy = make("button", { type: "button", className: "button-quiet", textContent: "Keep a copy as a file" });
  copy.addEventListener("click", () => casting.keepCopy());
  const kept = `Your answers are kept on this ${DEVICE}. A copy as a file can be counted at the convener’s desk.`;
  find("[data-refusal]").replaceChildren(make("p", { textContent: words }), make("p", { textContent: kept }), make("p", { className: "button-row" }, again, copy));
  find("[data-refusal]").hidden = false;
  find("[data-refusal]").scrollIntoView({ block: "center" });
}

function listen() {
  form.addEventListener("change", (event) => {
    const [name, code] = [event.target.name.split("-")[0], event.target.name.slice(event.target.name.indexOf("-") + 1)];
    if (name === "sort") needSorted(code);
    else if (TRAINING.includes(name)) save();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (draft.step === "check" && !draft.waitingId) cast();
  });
  find("#ballot-search").addEventListener("input", showFound);
  find("#ballot-show").addEventListener("change", showFound);
  find("#ballot-search").addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  find("[data-next]").addEventListener("click", () => go(STEPS[STEPS.indexOf(draft.step) + 1]));
  find("[data-back]").addEventListener("click", () => go(STEPS[STEPS.indexOf(draft.step) - 1]));
  find("[data-reopen]").addEventListener("click", reopen);
  for (const button of findAll("[data-go]")) button.addEventListener("click", () => go(button.dataset.go));
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
}

async function start() {
  form.addEventListener("change", (event) => answeredSince.add(event.target.name));
  form.classList.add("is-stepped");
  find(".ballot-steps").hidden = false;
  find(".ballot-tools").hidden = false;
  addAreas();
  await vault.open();
  const kept = (await vault.get(draftKey)) ?? (await takeOver());
  draft = kept ? restore(kept) : draftFromForm();
  casting = new Casting({ form, vault, device: DEVICE, wasCast, wasRefused });
  listen();
  go(draft.step, { focus: false });
  await casting.start({ waitingId: draft.waitingId, body: ballotBody(), isNew: !kept });
  document.querySelector("[role=alert][data-focus]")?.focus();
}

start();
