// @ts-check
/** Tables whose rows can be sorted by a click on a heading. */

/** @param {HTMLTableElement} table whose cells say in data-sort what they are sorted by */
export function makeSortable(table) {
  const headings = [...table.querySelectorAll("thead th")];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "report-sort";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(table, headings, column));
  });
}

/**
 * @param {HTMLTableElement} table
 * @param {Element[]} headings
 * @param {number} column
 */
function sort(table, headings, column) {
  const numeric = headings[column].classList.contains("mz-number");
  const before = headings[column].getAttribute("aria-sort");
  // Of numbers the largest is looked for first, of names the first.
  const direction = before ? (before === "ascending" ? -1 : 1) : numeric ? -1 : 1;
  headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  headings[column].setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((one, other) => direction * compare(one, other, column, numeric));
  body.append(...rows);
}

/**
 * @param {HTMLTableRowElement} one
 * @param {HTMLTableRowElement} other
 * @param {number} column
 * @param {boolean} numeric
 */
function compare(one, other, column, numeric) {
  const [a, b] = [one, other].map((row) => row.cells[column].dataset.sort ?? "");
  if (numeric) return number(a) - number(b);
  return a.localeCompare(b);
}

/** @param {string} text an empty cell sorts below every number */
function number(text) {
  return text === "" ? Number.NEGATIVE_INFINITY : Number(text);
}
