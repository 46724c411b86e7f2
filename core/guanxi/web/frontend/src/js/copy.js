// data-copy="text": a click puts the text on the clipboard and says so.

import { on, text } from "./page.js";
import { showFlash } from "./flashes.js";

// The clipboard API needs https or localhost; a company's plain http falls back to a selection.
async function copy(value) {
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  const area = Object.assign(document.createElement("textarea"), { value, className: "visually-hidden" });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("the browser refused to copy");
}

on("click", "[data-copy]", async (button) => {
  try {
    await copy(button.dataset.copy);
    showFlash(text("copied"), "success");
  } catch {
    showFlash(text("not_copied"), "warning");
  }
});
