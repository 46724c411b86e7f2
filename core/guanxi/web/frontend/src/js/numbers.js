// The tables behind charts show their numbers in the reader's way of writing them.

import { onContent, within } from "./page.js";

const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

onContent((root) => {
  for (const cell of within(root, "[data-number]")) {
    const number = Number(cell.dataset.number);
    if (cell.dataset.number !== "" && Number.isFinite(number)) {
      cell.textContent = cell.textContent.replace(cell.dataset.number, format.format(number));
    }
  }
});
