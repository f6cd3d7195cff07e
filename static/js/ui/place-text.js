/** A place in words: degrees as maps take them, and how exact they are. */

import { language, t } from "../lib/i18n.js";

/** @typedef {{state: string, latitude?: number | null, longitude?: number | null, accuracy_m?: number | null}} Place */

/** 10.776, 106.701 (±50 m); or why there is none. @param {Place} place */
export function placeText({ state, latitude, longitude, accuracy_m }) {
  if (state !== "known" || typeof latitude !== "number" || typeof longitude !== "number") return t(`place.${state}`);
  const metres = new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB");
  const exact = typeof accuracy_m === "number" ? ` (±${metres.format(accuracy_m)} m)` : "";
  return `${latitude}, ${longitude}${exact}`;
}
