/** Dates as people write them here (31/12/1999) and as the server keeps them (1999-12-31). */

/** A card for life has no last day. */
export const NO_EXPIRY = "none";

const WRITTEN = /^(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})$|^(\d{2})(\d{2})(\d{4})$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;

/** A day that is in the calendar, or "". @param {number} year @param {number} month @param {number} day */
function iso(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= FIRST_YEAR && year <= LAST_YEAR ? date.toISOString().slice(0, 10) : "";
}

/** What somebody typed, as the server keeps it; "" when it is no date. @param {string} text */
export function readDate(text) {
  const parts = WRITTEN.exec(text.trim());
  if (!parts) return "";
  const [day, month, year] = (parts[1] ? parts.slice(1, 4) : parts.slice(4, 7)).map(Number);
  return iso(year, month, day);
}

/** 1999-12-31 → 31/12/1999; anything else stays as it is. @param {string} value */
export const writeDate = (value) => value.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");

/** Put the slashes in while digits are typed; whoever types slashes is left alone. @param {string} text */
export function withSlashes(text) {
  if (!/^(\d{2}\/){0,2}\d*$/.test(text)) return text;
  const digits = text.replace(/\D/g, "").slice(0, 8);
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
}
