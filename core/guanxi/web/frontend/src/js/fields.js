// Reading and writing form fields of every kind.

const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const chosen = (select, property) => [...select.options].filter((option) => option[property]).map((option) => option.value);

/** The value of a field: true/false, a list for a multiple select, else text. */
export function read(field) {
  if (isTicked(field)) return field.checked;
  return field.multiple && field.options ? chosen(field, "selected") : field.value;
}

/** Set a field to a value that `read` gave. */
export function write(field, value) {
  if (isTicked(field)) field.checked = value;
  else if (field.multiple && field.options) for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
}

/** Tell whether a person has changed the field since the server sent it. */
export function isChanged(field) {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const sent = chosen(field, "defaultSelected");
  const untouched = sent.length || field.multiple ? sent : [field.options[0]?.value];
  return String(chosen(field, "selected")) !== String(untouched);
}
