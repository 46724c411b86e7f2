// data-dialog-open="id" opens a <dialog>, data-dialog-close closes the one around it. One with
// data-dialog-shown is open from the start; here it comes before the page, as an opened one does.

import { on, onContent, within } from "./page.js";

onContent((root) => {
  for (const dialog of within(root, "dialog[data-dialog-shown]")) {
    dialog.removeAttribute("data-dialog-shown");
    dialog.close();
    dialog.showModal();
  }
});

on("click", "[data-dialog-open]", (button) => {
  document.getElementById(button.dataset.dialogOpen)?.showModal();
});
on("click", "[data-dialog-close]", (button) => button.closest("dialog").close());

// A click on the backdrop lands on the dialog itself, outside of its box.
on("mousedown", "dialog.dialog", (dialog, event) => {
  if (event.target !== dialog || dialog.getAttribute("role") === "alertdialog") return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});
