// Sorting, filtering and 25 / 100 / all for tables that ask for it (classes "sortable" and "paged", attribute data-filter).
// Without this module a table shows all its rows in the server's order.

const LENGTHS = [25, 100, Infinity];
const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true, sensitivity: "base" });

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Thousands separators, units and percent signs do not stop a number from being sorted as one; an empty cell has no number.
function numberIn(text) {
  const digits = text.replace(/[,\u00a0\u202f]/g, "").match(/-?\d+(\.\d+)?/);
  return digits ? Number(digits[0]) : null;
}

function sortKey(cell, isNumber) {
  const text = cell === undefined ? "" : (cell.dataset.sort ?? cell.textContent.trim());
  if (isNumber) return numberIn(text);
  return text === "" || text === "–" ? null : text;
}

// Empty cells go last in both directions: an absent value is neither large nor small.
function compareKeys(one, other, { isNumber, direction }) {
  if (one === null || other === null) return (one === null) - (other === null);
  return direction * (isNumber ? one - other : collator.compare(one, other));
}

class EnhancedTable {
  constructor(table, number) {
    this.table = table;
    this.id = table.id || `table-${number}`;
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows];
    this.order = new Map(this.rows.map((row, at) => [row, at]));
    this.headers = [...table.tHead.rows[0].cells];
    this.tools = element("div", { className: "table-tools" });
    this.count = element("p", { className: "table-count" });
    this.count.setAttribute("role", "status");
    this.length = table.classList.contains("paged") ? LENGTHS[0] : Infinity;
    this.foot = element("div", { className: "table-foot" });
    this.placeTools();
    if (table.dataset.filter) this.addFilter();
    if (table.classList.contains("sortable") && this.rows.length > 1) this.addSorting();
    if (table.dataset.filter || this.rows.length > this.length) this.foot.append(this.count);
    if (this.rows.length > this.length) this.addLengths();
    if (this.foot.childElementCount) (table.closest(".table-wide") ?? table).after(this.foot);
    this.show();
  }

  // The tools stand between the caption's words and the head; the table keeps being named by the words alone.
  placeTools() {
    const caption = this.table.caption ?? this.table.createCaption();
    this.name = caption.textContent.trim();
    const words = element("span", { id: `${this.id}-name` }, ...caption.childNodes);
    caption.append(words, this.tools);
    if (this.name) this.table.setAttribute("aria-labelledby", words.id);
  }

  addFilter() {
    const id = `${this.id}-filter`;
    this.filter = element("input", { type: "search", id, autocomplete: "off" });
    this.filter.addEventListener("input", () => this.show());
    const label = element("label", { htmlFor: id, textContent: this.table.dataset.filter });
    this.tools.append(element("div", { className: "table-filter" }, label, this.filter));
  }

  addSorting() {
    const choice = element("select", { id: `${this.id}-sort` }, element("option", { value: "", textContent: "as listed" }));
    this.headers.forEach((header, column) => {
      if (header.classList.contains("actions") || !header.textContent.trim()) return;
      const words = header.textContent.trim();
      const button = element("button", { type: "button", className: "sort-button", textContent: words });
      button.addEventListener("click", () => this.sort(column, header.getAttribute("aria-sort") === "ascending" ? -1 : 1));
      header.replaceChildren(button);
      choice.append(
        element("option", { value: `${column} 1`, textContent: `${words}, rising` }),
        element("option", { value: `${column} -1`, textContent: `${words}, falling` }),
      );
    });
    // Column headings are out of sight on phones, where this choice takes their place.
    choice.addEventListener("change", () => (choice.value ? this.sort(...choice.value.split(" ").map(Number)) : this.unsort()));
    const label = element("label", { htmlFor: choice.id, textContent: "Sort by" });
    this.tools.append(element("div", { className: "table-sort" }, label, choice));
    this.announcement = element("p", { className: "visually-hidden" });
    this.announcement.setAttribute("role", "status");
    this.tools.append(this.announcement);
  }

  addLengths() {
    const group = element("div", { className: "table-lengths" }, "Show");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Rows of ${this.name}`);
    this.lengthButtons = LENGTHS.filter((length, at) => at === 0 || length === Infinity || length < this.rows.length).map((length) => {
      const button = element("button", { type: "button", className: "button-quiet", textContent: length === Infinity ? "all" : String(length) });
      button.addEventListener("click", () => {
        this.length = length;
        this.show();
      });
      group.append(button);
      return { button, length };
    });
    this.foot.append(group);
  }

  sort(column, direction) {
    const isNumber = this.headers[column].classList.contains("number");
    const keys = new Map(this.rows.map((row) => [row, sortKey(row.cells[column], isNumber)]));
    this.rows.sort((one, other) => compareKeys(keys.get(one), keys.get(other), { isNumber, direction }));
    this.headers.forEach((header, at) => {
      if (at === column) header.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else header.removeAttribute("aria-sort");
    });
    this.body.append(...this.rows);
    this.announcement.textContent = `Sorted by ${this.headers[column].textContent.trim()}, ${direction > 0 ? "rising" : "falling"}.`;
    this.show();
  }

  unsort() {
    this.rows.sort((one, other) => this.order.get(one) - this.order.get(other));
    for (const header of this.headers) header.removeAttribute("aria-sort");
    this.body.append(...this.rows);
    this.show();
  }

  show() {
    const words = (this.filter?.value ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of this.rows) {
      const text = words.length ? row.textContent.toLocaleLowerCase() : "";
      const isFound = words.every((word) => text.includes(word));
      found += isFound;
      row.classList.toggle("filtered-out", !isFound);
      row.classList.toggle("beyond-page", isFound && found > this.length);
    }
    const shown = Math.min(found, this.length);
    this.count.textContent = this.countWords(shown, found);
    for (const { button, length } of this.lengthButtons ?? []) button.setAttribute("aria-pressed", String(length === this.length));
  }

  countWords(shown, found) {
    if (found === 0) return "No row has these words.";
    if (found < this.rows.length) return shown < found ? `${shown} of ${found} found rows` : `${found} of ${this.rows.length} rows`;
    return shown < found ? `${shown} of ${found} rows` : found === 1 ? "1 row" : `${found} rows`;
  }
}

document.querySelectorAll("table.sortable, table.paged, table[data-filter]").forEach((table, at) => {
  if (table.tHead && table.tBodies.length) new EnhancedTable(table, at + 1);
});
