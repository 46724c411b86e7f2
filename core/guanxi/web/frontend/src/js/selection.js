// Selecting rows: all at once, a range with Shift, and the bar that counts them.

import { on, onContent, within } from "./page.js";

let last = null;

const scopeOf = (box) => box.closest("form") ?? box.closest(".table-wrap");
const boxesIn = (scope) => [...scope.querySelectorAll("[data-select-row]")];

function update(scope) {
  const boxes = boxesIn(scope);
  const count = boxes.filter((box) => box.checked).length;
  for (const all of scope.querySelectorAll("[data-select-all]")) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  for (const bar of scope.querySelectorAll("[data-bulk-bar]")) {
    bar.hidden = count === 0;
    bar.querySelector("[data-bulk-count]").textContent = count;
  }
}

function selectRange(boxes, from, to) {
  const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  if (start >= 0) boxes.slice(start, end + 1).forEach((box) => (box.checked = to.checked));
}

on("change", "[data-select-all]", (all) => {
  boxesIn(scopeOf(all)).forEach((box) => (box.checked = all.checked));
  update(scopeOf(all));
});
on("click", "[data-select-row]", (box, event) => {
  const scope = scopeOf(box);
  if (event.shiftKey && last) selectRange(boxesIn(scope), last, box);
  last = box;
  update(scope);
});
onContent((root) => {
  for (const box of within(root, "[data-select-all]")) update(scopeOf(box));
});
