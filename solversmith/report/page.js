"use strict";
// Sorts a table by the column whose heading is pressed: by number where cells have one, else by their text.
(function () {
  function key(row, column) {
    const cell = row.cells[column];
    const raw = cell.getAttribute("data-v");
    return raw === null ? cell.textContent.trim() : Number(raw);
  }
  function compare(a, b, sign) {
    const numbers = (typeof a === "number") + (typeof b === "number");
    if (numbers === 2) return sign * (a - b);
    if (numbers === 1) return typeof a === "number" ? -1 : 1; // what has no number stands last, either way
    return sign * a.localeCompare(b, undefined, { numeric: true });
  }
  function sort(table, column, heading) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map((row) => [key(row, column), row]);
    rows.sort((a, b) => compare(a[0], b[0], down ? -1 : 1));
    body.append(...rows.map((pair) => pair[1]));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(table, column, heading));
      heading.replaceChildren(button);
    });
  }
  // A link to something inside a closed part opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
