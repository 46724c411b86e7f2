// What survey-core takes for the present moment.
import { settings } from "survey-core";

let present;

export function setClock(milliseconds) {
  present = milliseconds;
}

settings.onDateCreated = (date, reason, value) =>
  value || present === undefined ? date : new Date(present);
