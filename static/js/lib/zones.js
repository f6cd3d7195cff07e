/** Times with their zone: the bank's, and the reader's own where its clock shows something else. */

import { format, hasText, t } from "./i18n.js";

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
/** @type {Intl.DateTimeFormatOptions} */
const DAY = { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" };

/** 14:30. @param {string} iso @param {string} zone */
export const wall = (iso, zone) => format(iso, { ...CLOCK, timeZone: zone });

/** The day a zone's calendar shows, to compare: 2026-11-23. @param {string} iso @param {string} zone */
export const dayIn = (iso, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(iso));

/** Thứ Hai, 23/11/2026. @param {string} iso @param {string} zone */
export const wholeDate = (iso, zone) => format(iso, { ...DAY, timeZone: zone }).replaceAll("-", "/");

/** GMT+7. @param {string} iso @param {string} zone */
export function offset(iso, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date(iso));
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
}

/** Giờ Việt Nam (GMT+7). @param {string} iso @param {string} zone */
export function zoneName(iso, zone) {
  const key = `zone.${zone}`;
  return hasText(key) ? t(key, { offset: offset(iso, zone) }) : t("zone.other", { zone: zone.replaceAll("_", " "), offset: offset(iso, zone) });
}

/** Minutes after midnight. @param {string} time As `wall` writes it. */
const minute = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The instant at which a zone's clock shows a time, on the day of another instant; null when it never does that day.
 * @param {string} time 14:35 @param {string} beside @param {string} zone */
export function exactly(time, beside, zone) {
  /** @param {number} at */
  const missing = (at) => (minute(time) - minute(wall(new Date(at).toISOString(), zone))) * 60_000;
  const near = Date.parse(beside) + missing(Date.parse(beside));
  const at = near + missing(near); // the clock may be put forward or back in between
  const iso = new Date(at).toISOString();
  return wall(iso, zone) === time && dayIn(iso, zone) === dayIn(beside, zone) ? iso : null;
}

/** Whether the reader's clock shows another time at this instant. @param {string} iso @param {string} bank @param {string} [own] */
export const differs = (iso, bank, own = OWN_ZONE) => wall(iso, bank) !== wall(iso, own) || dayIn(iso, bank) !== dayIn(iso, own);

/** The reader's own time; with its day where that differs. @param {string} iso @param {string} bank @param {string} [own] */
export function ownTime(iso, bank, own = OWN_ZONE) {
  const day = dayIn(iso, own) === dayIn(iso, bank) ? "" : ` ${format(iso, { timeZone: own, day: "2-digit", month: "2-digit" }).replaceAll("-", "/")}`;
  return `${wall(iso, own)}${day}`;
}
