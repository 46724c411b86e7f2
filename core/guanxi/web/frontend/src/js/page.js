// What the behaviours share: delegated listeners, new content, texts, cookies.

/** Call `handle(element, event)` for events on elements that match, now and later. */
export function on(type, selector, handle, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target.closest?.(selector);
      if (element) handle(element, event);
    },
    options,
  );
}

/** Call `enhance(root)` for the page and for each part that htmx puts into it. */
export function onContent(enhance) {
  enhance(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enhance(event.target);
  });
}

/** Matching elements within a root, the root included. */
export function within(root, selector) {
  const own = root.matches?.(selector) ? [root] : [];
  return [...own, ...root.querySelectorAll(selector)];
}

export function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? "";
}

const texts = JSON.parse(meta("texts") || "{}");

/** A sentence in the language of the page; head.html holds them. */
export function text(key) {
  return texts[key] ?? key;
}

/** Keep a choice for a year; it holds nothing secret and the server reads it. */
export function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** True while a person types, so single keys mean letters. */
export function isTyping(target) {
  return Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}
