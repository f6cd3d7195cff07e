/** How staff read values: short times, dates of a card, fields, angles. */

import { format, hasText, language, t } from "../lib/i18n.js";

/** 14:02. @param {string} iso */
export const clock = (iso) => format(iso, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Dates are written with slashes in both languages, as on the card. @param {string} iso @param {Intl.DateTimeFormatOptions} parts */
const slashed = (iso, parts) => format(iso, parts).replaceAll("-", "/");

/** 19/11 14:02. @param {string} iso */
export const dayAndClock = (iso) => `${slashed(iso, { day: "2-digit", month: "2-digit" })} ${clock(iso)}`;

/** Thứ Năm 19/11/2026. @param {string} iso */
export function wholeDay(iso) {
  const day = format(iso, { weekday: "long" });
  return `${day} ${slashed(iso, { day: "2-digit", month: "2-digit", year: "numeric" })}`;
}

/** 04:27. @param {number} seconds */
export function length(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** 4,6 s. @param {number} seconds */
export const secondsLong = (seconds) => `${decimal(seconds, 1)} s`;

/** @param {number} value @param {number} digits */
export const decimal = (value, digits) =>
  new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);

/** +31°, with a real minus. @param {number | null} degrees @param {number} [digits] */
export function angle(degrees, digits = 0) {
  if (degrees === null) return "–";
  const rounded = decimal(Math.abs(degrees), digits);
  if (Number(Math.abs(degrees).toFixed(digits)) === 0) return `${rounded}°`;
  return `${degrees > 0 ? "+" : "−"}${rounded}°`;
}

/** 3,6 (MB). @param {number} bytes */
export const megabytes = (bytes) => decimal(bytes / 1e6, 1);

/** A field's value as a person writes it. @param {string} name @param {string | null | undefined} value */
export function fieldValue(name, value) {
  if (!value) return "–";
  if (name === "sex") return hasText(`sex.${value}`) ? t(`sex.${value}`) : value;
  if (name === "expiry_date" && value === "none") return t("expiry.none");
  const date = name.endsWith("_date") ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  return date ? `${date[3]}/${date[2]}/${date[1]}` : value;
}

/** Short name of a kind of document. @param {string} kind Empty until chosen. */
export const documentName = (kind) => t(`card.${kind || "none"}`);
