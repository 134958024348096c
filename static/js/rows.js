// Rows of a table to fill in: added, removed and added up without a reload. Without this the server does it.

function amountIn(text) {
  const plain = text.replace(/[£,\s]/g, "");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function money(pence) {
  const digits = pence % 100 ? 2 : 0;
  return `£${(pence / 100).toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

class Rows {
  constructor(table) {
    this.table = table;
    ({ noun: this.noun, name: this.name } = table.dataset);
    this.most = Number(table.dataset.most);
    this.add = table.querySelector(".app-rows__add");
    this.said = this.line("app-rows__said govuk-visually-hidden");
    for (const button of table.querySelectorAll(".app-rows__totals")) {
      button.hidden = true; // the total follows what is typed
    }
    this.total = table.querySelector("[data-money]") ? this.line("govuk-body app-rows__total") : null;
    this.blank = this.emptied(this.rows.at(-1).cloneNode(true));
    for (const row of this.rows) {
      row.querySelector(".app-rows__remove").hidden = false;
    }
    table.addEventListener("click", (event) => this.clicked(event));
    table.addEventListener("input", () => this.countSoon());
    this.count();
    this.limit();
  }

  get rows() {
    return [...this.table.querySelectorAll(".app-rows__row")];
  }

  // A line above the button that tells screen readers what has changed.
  line(classes) {
    const line = document.createElement("p");
    line.className = classes;
    line.setAttribute("role", "status");
    this.add.before(line);
    return line;
  }

  emptied(row) {
    for (const error of row.querySelectorAll(".govuk-error-message")) {
      error.remove();
    }
    for (const one of row.querySelectorAll("[class*='--error']")) {
      one.className = one.className.replace(/\S+--error\b/g, "").trim();
    }
    for (const control of row.querySelectorAll("input, select")) {
      control.removeAttribute("aria-describedby");
      control.setAttribute("value", "");
      control.value = "";
      for (const option of control.options ?? []) {
        option.defaultSelected = false;
      }
    }
    row.querySelector(".app-rows__remove").hidden = false;
    return row;
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (button === this.add) {
      event.preventDefault();
      this.append();
    } else if (button?.classList.contains("app-rows__remove")) {
      event.preventDefault();
      this.remove(button.closest(".app-rows__row"));
    }
  }

  append() {
    const row = this.blank.cloneNode(true);
    this.rows.at(-1).after(row);
    this.changed();
    row.querySelector("input, select").focus();
  }

  remove(row) {
    const number = this.rows.indexOf(row) + 1;
    if (this.rows.length === 1) {
      row.before(this.blank.cloneNode(true));
    }
    row.remove();
    this.changed();
    this.said.textContent = `${this.noun} ${number} removed`.replace(/^./, (first) => first.toUpperCase());
    const next = this.rows[Math.min(number, this.rows.length) - 1];
    next.querySelector("input, select").focus();
  }

  changed() {
    this.rows.forEach((row, index) => this.number(row, index));
    this.said.textContent = "";
    this.limit();
    this.count();
    this.table.dispatchEvent(new Event("change", { bubbles: true }));
  }

  number(row, index) {
    const old = new RegExp(`(^|\\s|id_)${this.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}-\\d+(?=-|$)`, "g");
    for (const one of row.querySelectorAll("[id], [name], [for], [aria-describedby], [value]")) {
      for (const attribute of ["id", "name", "for", "aria-describedby"]) {
        if (one.hasAttribute(attribute)) {
          one.setAttribute(attribute, one.getAttribute(attribute).replace(old, `$1${this.name}-${index}`));
        }
      }
    }
    const words = `${this.noun} ${index + 1}`;
    row.querySelector("legend").textContent = words.replace(/^./, (first) => first.toUpperCase());
    const remove = row.querySelector(".app-rows__remove");
    remove.name = "remove";
    remove.value = `${this.name}-${index}`;
    remove.querySelector("span").textContent = ` ${words}`;
  }

  limit() {
    this.add.hidden = this.rows.length >= this.most;
  }

  // Said when the typing pauses, not at every key.
  countSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), 700);
  }

  count() {
    if (!this.total) {
      return;
    }
    const amounts = [...this.table.querySelectorAll("[data-money]")].map((input) => amountIn(input.value));
    const words = `Total: ${money(amounts.reduce((sum, amount) => sum + amount, 0))}`;
    if (this.total.textContent !== words) {
      this.total.textContent = words;
    }
  }
}

for (const table of document.querySelectorAll("[data-module=app-rows]")) {
  new Rows(table);
}
