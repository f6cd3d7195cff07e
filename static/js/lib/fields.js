/** The details on a document: how each is typed and shown, and which the customer must look at. */

import { NO_EXPIRY, writeDate } from "./dates.js";

/** @typedef {import("./customer.js").CustomerView} CustomerView */
/** @typedef {import("./customer.js").Field} Field */
/** @typedef {import("./customer.js").Source} Source */
/** @typedef {"line" | "lines" | "digits" | "date" | "expiry" | "sex"} Kind */

/** @type {Record<string, Kind>} */
const KINDS = {
  number: "digits",
  birth_date: "date",
  issue_date: "date",
  expiry_date: "expiry",
  sex: "sex",
  origin: "lines",
  birth_place: "lines",
  residence: "lines",
};

/** @param {string} name @returns {Kind} */
export const kindOf = (name) => KINDS[name] ?? "line";

/** What a value looks like to a person; codes of few values become their word's key in the catalogue.
 * @param {string} name @param {string} value @param {(key: string) => string} t */
export function shown(name, value, t) {
  if (kindOf(name) === "sex") return value ? t(`sex.${value}`) : "";
  if (value === NO_EXPIRY) return t("expiry.none");
  return writeDate(value);
}

/** The readings that disagree, if they do. @param {CustomerView} view @param {string} name */
export const conflictOf = (view, name) => view.conflicts.find((conflict) => conflict.field === name) ?? null;

/** Whether the customer must look at this field: unsure or contradicted, and not yet answered.
 * @param {CustomerView} view @param {Field} field @param {ReadonlySet<string>} settled */
export function mustLook(view, field, settled) {
  if (settled.has(field.name) || field.source === "typed") return false;
  return field.doubtful || conflictOf(view, field.name) !== null;
}

/** Where a field came from; a typed value stands alone. @param {Field} field @returns {Source[]} */
export function sourcesOf(field) {
  if (field.source === "typed") return ["typed"];
  return /** @type {Source[]} */ (["qr", "mrz", "ocr"]).filter((source) => field.sources[source] === field.value);
}
