// Messages at the corner. Good news leaves by itself, unless someone reads it; errors stay.

import { on, onContent, within } from "./page.js";

const readingTime = 6000;

function leaveLater(flash) {
  let timer = setTimeout(() => flash.remove(), readingTime);
  for (const type of ["mouseenter", "focusin"]) flash.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["mouseleave", "focusout"]) {
    flash.addEventListener(type, () => {
      clearTimeout(timer);
      timer = setTimeout(() => flash.remove(), readingTime / 2);
    });
  }
}

/** Show a sentence the way the server's flash messages are shown. */
export function showFlash(sentence, tone = "info", action = null) {
  const template = document.getElementById("flash-template");
  const box = document.getElementById("flashes");
  if (!template || !box) return;
  const flash = template.content.querySelector(`.flash-${tone}`).cloneNode(true);
  flash.querySelector(".flash-text").textContent = sentence;
  if (action) flash.querySelector(".flash-text").append(" ", actionButton(flash, action));
  box.append(flash);
  if (flash.hasAttribute("data-flash-dismiss")) leaveLater(flash);
}

function actionButton(flash, { label, run }) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "flash-action", textContent: label });
  button.addEventListener("click", () => {
    flash.remove();
    run();
  });
  return button;
}

on("click", "[data-flash-close]", (button) => button.closest("[data-flash]").remove());
onContent((root) => within(root, "[data-flash-dismiss]").forEach(leaveLater));
