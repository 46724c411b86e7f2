// data-dialog-open="id" opens a <dialog>, data-dialog-close closes the one around it.

import { on } from "./page.js";

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
