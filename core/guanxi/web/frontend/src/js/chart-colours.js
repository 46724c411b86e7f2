// The theme's colours as the canvas needs them. A custom property holds both themes, so the
// computed colour of a probe with a hue class is read instead.

const names = ["1", "2", "3", "4", "5", "6", "7", "8", "ink", "ink-2", "line", "surface"];

/** Colours by name: {"1": "rgb(...)", ..., "ink": ...}. */
export function themeColours() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colours = {};
  for (const name of names) {
    probe.className = `hue-${name}`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}
