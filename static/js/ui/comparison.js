/** What each source says about a field, as a mark an agent can scan; pure functions. */

/** @typedef {import("../lib/staff.js").Field} Field */
/** @typedef {import("../lib/staff.js").Conflict} Conflict */
/** @typedef {import("../lib/staff.js").Source} Source */
/** @typedef {"ok" | "bad" | "edit" | "na"} Mark */

/** @type {readonly Source[]} */
const COLUMNS = ["ocr", "qr", "mrz", "typed"];

/** The sources of the table, in its order; the chip only where one spoke. @param {Field[]} fields @returns {readonly Source[]} */
export const columns = (fields) => (fields.some(({ sources }) => sources.chip) ? ["chip", ...COLUMNS] : COLUMNS);

/** Letters as the machine-readable zone has them: no diacritics, đ as d. @param {string} text */
export const folded = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/giu, "d").replace(/[\s,.]+/g, " ").trim().toUpperCase();

/** What a source says; the typed value stands apart, because an unchanged form repeats the reading.
 * @param {Field} field @param {Source} source */
export const said = (field, source) => (source === "typed" ? field.typed ?? field.sources.typed : field.sources[source]);

/**
 * @param {Field} field @param {Source} source @param {Conflict | undefined} conflict
 * @param {boolean} confirmed The customer has confirmed the form: what was not changed is agreed to.
 * @returns {Mark}
 */
export function mark(field, source, conflict, confirmed) {
  const value = said(field, source);
  if (!value) return source === "typed" && confirmed && field.value ? "ok" : "na";
  if (source === "typed") return wasEdited(field) ? "edit" : "ok";
  return conflict && folded(value) !== folded(field.value) ? "bad" : "ok";
}

/** The customer wrote something no source had said. @param {Field} field */
export function wasEdited(field) {
  const typed = said(field, "typed");
  const read = Object.entries(field.sources).filter(([source]) => source !== "typed").map(([, value]) => value);
  return Boolean(typed) && read.length > 0 && !read.some((value) => value === typed);
}

/** @param {Conflict[]} conflicts @param {string} name */
export const conflictOf = (conflicts, name) => conflicts.find(({ field }) => field === name);
