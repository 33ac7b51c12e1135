// Sorting, filtering and 25 / 100 / all for tables that ask for it (classes "sortable" and "paged", attribute data-filter).
// Without this module a table shows all its rows in the server's order.

const LENGTHS = [25, 100, Infinity];
const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true, sensitivity: "base" });

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function sortValue(cell) {
  return cell === undefined ? "" : (cell.dataset.sort ?? cell.textContent.trim());
}

// Thousands separators, units and percent signs do not stop a number from being sorted as one; an empty cell has no number.
function numberIn(text) {
  const digits = text.replace(/[,\u00a0\u202f]/g, "").match(/-?\d+(\.\d+)?/);
  return digits ? Number(digits[0]) : null;
}

// Empty cells go last in both directions: an absent value is neither large nor small.
function compareRows({ column, isNumber, direction }) {
  return (one, other) => {
    const texts = [sortValue(one.cells[column]), sortValue(other.cells[column])];
    const [a, b] = isNumber ? texts.map(numberIn) : texts.map((text) => (text === "" || text === "–" ? null : text));
    if (a === null || b === null) return (a === null) - (b === null);
    return direction * (isNumber ? a - b : collator.compare(a, b));
  };
}

class EnhancedTable {
  constructor(table, number) {
    this.table = table;
    this.id = table.id || `table-${number}`;
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows];
    this.headers = [...table.tHead.rows[0].cells];
    this.tools = element("div", { className: "table-tools" });
    this.count = element("p", { className: "table-count" });
    this.count.setAttribute("role", "status");
    this.length = table.classList.contains("paged") ? LENGTHS[0] : Infinity;
    const frame = table.closest(".table-wide") ?? table;
    if (table.dataset.filter) this.addFilter();
    if (table.classList.contains("sortable") && this.rows.length > 1) this.addSorting();
    if (table.dataset.filter || this.rows.length > this.length) this.tools.append(this.count);
    if (this.rows.length > this.length) this.addLengths();
    if (this.tools.childElementCount) frame.before(this.tools);
    this.show();
  }

  get name() {
    return this.table.caption?.textContent.trim() ?? "this table";
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
    this.tools.append(group);
  }

  sort(column, direction) {
    const isNumber = this.headers[column].classList.contains("number");
    this.rows.sort(compareRows({ column, isNumber, direction }));
    this.headers.forEach((header, at) => {
      if (at === column) header.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else header.removeAttribute("aria-sort");
    });
    this.body.append(...this.rows);
    this.announcement.textContent = `Sorted by ${this.headers[column].textContent.trim()}, ${direction > 0 ? "rising" : "falling"}.`;
    this.show();
  }

  unsort() {
    this.served ??= [...this.rows];
    this.rows.sort((one, other) => this.order.get(one) - this.order.get(other));
    for (const header of this.headers) header.removeAttribute("aria-sort");
    this.body.append(...this.rows);
    this.show();
  }

  show() {
    this.order ??= new Map(this.rows.map((row, at) => [row, at]));
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
    return shown < found ? `${shown} of ${found} rows` : `${found} rows`;
  }
}

document.querySelectorAll("table.sortable, table.paged, table[data-filter]").forEach((table, at) => {
  if (table.tHead && table.tBodies.length) new EnhancedTable(table, at + 1);
});
