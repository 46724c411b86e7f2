// Values of JavaScript as JSON. What JSON does not have is {"$": its name}; a date is
// {"$": "date", "at": milliseconds or null}.
export function plain(value) {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number") return Number.isFinite(value) ? value : { $: String(value) };
  if (value instanceof Date) return { $: "date", at: value.getTime() };
  if (Array.isArray(value)) return Array.from(value, plain);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return value;
}
