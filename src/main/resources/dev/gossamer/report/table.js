// Tables: sorted by a click on a heading, filtered by words.

/** A cell: what is shown, what it is sorted by, and whether it is a number. */
function compare(a, b) {
  const empty = v => v === null || v === undefined || v === "" || Number.isNaN(v);
  if (empty(a) || empty(b)) {
    return empty(a) - empty(b);
  }
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
}

class Table {
  /**
   * @param columns {title, value: row => sorted by, text: row => shown, number: whether it is one}
   * @param details what a row unfolds to, as a node; or nothing
   */
  constructor(table, columns, rows, details) {
    Object.assign(this, { table, columns, rows, details, words: [], sorted: null, descending: false });
    this.texts = new Map(rows.map(row => [row, columns.map(c => c.text(row)).join(" ").toLowerCase()]));
    this.heads = columns.map((column, k) => {
      const button = element("button", { type: "button" }, column.title);
      button.addEventListener("click", () => this.sort(k));
      return element("th", { scope: "col", class: column.number ? "number" : "" }, button);
    });
    this.body = element("tbody");
    table.replaceChildren(element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    this.render();
  }

  sort(k) {
    this.descending = this.sorted === k && !this.descending;
    this.sorted = k;
    this.heads.forEach((head, i) => i === k
      ? head.setAttribute("aria-sort", this.descending ? "descending" : "ascending")
      : head.removeAttribute("aria-sort"));
    this.render();
  }

  filter(text) {
    this.words = text.toLowerCase().split(/\s+/).filter(word => word);
    this.render();
  }

  visible() {
    const rows = this.rows.filter(row => this.words.every(word => this.texts.get(row).includes(word)));
    if (this.sorted !== null) {
      const { value } = this.columns[this.sorted];
      const sign = this.descending ? -1 : 1;
      const missing = row => compare(value(row), null) === 0;
      rows.sort((a, b) => missing(a) || missing(b) ? compare(value(a), value(b)) : sign * compare(value(a), value(b)));
    }
    return rows;
  }

  render() {
    this.body.replaceChildren(...this.visible().map(row => this.row(row)));
    if (this.onRender) {
      this.onRender(this.body.children.length);
    }
  }

  row(row) {
    const cells = this.columns.map((column, k) => {
      const text = column.text(row);
      const cell = element("td", { class: column.number ? "number" : "" });
      const value = column.value(row);
      if (typeof value === "number" || column.number && value !== null) {
        cell.dataset.value = value;
      }
      cell.append(k === 0 && this.details ? this.unfolding(row, text, cell) : text);
      return cell;
    });
    return element("tr", { class: row.status || "" }, ...cells);
  }

  unfolding(row, text, cell) {
    const button = element("button", { type: "button", "aria-expanded": "false", title: text }, text);
    let open = null;
    button.addEventListener("click", () => {
      if (open) {
        open.remove();
        open = null;
      } else {
        open = element("tr", {}, element("td", { class: "details", colspan: this.columns.length }, this.details(row)));
        cell.parentNode.after(open);
      }
      button.setAttribute("aria-expanded", open !== null);
    });
    return button;
  }
}
