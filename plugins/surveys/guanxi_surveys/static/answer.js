// Makes the pages of who answers smoother: the next page takes the place of this one without
// loading anew, and a question that hangs on an answer of the same page appears at once.
// Without it every form works as it is.
(() => {
  "use strict";
  const place = () => document.getElementById("survey");

  async function send(form, button, look) {
    const body = new FormData(form);
    body.set("go", look ? "look" : button ? button.value : "next");
    place().setAttribute("aria-busy", "true");
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("survey");
    if (!next) throw new Error("no page");
    return { next, title: page.title };
  }

  function show({ next, title }, focus) {
    place().replaceWith(next);
    document.title = title;
    const wrong = next.querySelector("[data-faults]");
    if (focus) {
      const again = focus.name && next.querySelector(
        `[name="${CSS.escape(focus.name)}"][value="${CSS.escape(focus.value)}"], [name="${CSS.escape(focus.name)}"]:not([type=radio]):not([type=checkbox])`);
      if (again) again.focus();
    } else {
      const at = wrong || next.querySelector("h1");
      if (at) { at.setAttribute("tabindex", "-1"); at.focus(); }
      window.scrollTo(0, 0);
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("#survey form") || form.dataset.plain) return;
    event.preventDefault();
    if (place().hasAttribute("aria-busy")) return;
    try {
      show(await send(form, event.submitter, false));
    } catch {
      form.dataset.plain = "1";
      if (event.submitter) form.requestSubmit(event.submitter); else form.requestSubmit();
    }
  });

  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form || event.target.type === "file" || place().hasAttribute("aria-busy")) return;
    try {
      show(await send(form, null, true), document.activeElement);
    } catch {
      place().removeAttribute("aria-busy");
    }
  });
})();
