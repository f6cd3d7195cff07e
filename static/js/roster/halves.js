/** A day in half-hours: 48 places, each spent in one way or empty. Pure, so that `node --test` can read it aloud. */

/** @typedef {"available" | "break" | "meeting" | "training"} Duty */
/** @typedef {{duty: Duty, span: string}} Stint Its span: 08:00-12:30. */
/** @typedef {Duty | ""} Half Empty: off. */

export const DAY = 48;

/** 510 → 08:30; the midnight that follows is 24:00. @param {number} half */
export const time = (half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;

/** 08:30 → 17; a time between two half-hours belongs to the nearer one. @param {string} text */
export const half = (text) => Math.round((Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) / 30);

/** The half-hour a time lies in: 09:10 → 18. @param {string} text */
export const halfWith = (text) => Math.floor((Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) / 30);

/** @param {string} span @returns {[from: number, to: number]} */
export const ends = (span) => [half(span.slice(0, 5)), half(span.slice(6))];

/** @param {number} from @param {number} to */
export const span = (from, to) => `${time(from)}-${time(to)}`;

/** @param {Stint[]} stints @returns {Half[]} */
export function halves(stints) {
  const day = /** @type {Half[]} */ (Array(DAY).fill(""));
  for (const stint of stints) day.fill(stint.duty, ...ends(stint.span));
  return day;
}

/** @param {Half[]} day @returns {Stint[]} */
export function stints(day) {
  const begins = day.map((duty, at) => (duty && duty !== day[at - 1] ? at : -1)).filter((at) => at >= 0);
  return begins.map((from) => {
    const to = day.findIndex((duty, at) => at > from && duty !== day[from]);
    return { duty: /** @type {Duty} */ (day[from]), span: span(from, to < 0 ? DAY : to) };
  });
}

/** @param {Half[]} day @param {number} from @param {number} to @param {Half} duty */
export const painted = (day, from, to, duty) => day.map((was, at) => (at >= from && at < to ? duty : was));

/** What is chosen goes half an hour earlier or later; what stood there takes the freed place.
 * @param {Half[]} day @param {number} from @param {number} to @param {-1 | 1} by @returns {Half[]} */
export function slid(day, from, to, by) {
  const other = by < 0 ? from - 1 : to;
  if (other < 0 || other >= DAY) return day;
  const moved = day.slice(from, to);
  const there = day[other];
  return by < 0
    ? [...day.slice(0, other), ...moved, there, ...day.slice(to)]
    : [...day.slice(0, from), there, ...moved, ...day.slice(other + 1)];
}

/** A day whose shift begins and ends at other times; what is new in it is for calls.
 * @param {Half[]} day @param {number} from @param {number} to @returns {Half[]} */
export const framed = (day, from, to) => day.map((duty, at) => (at < from || at >= to ? "" : duty || "available"));

/** @param {Half[]} day @returns {[from: number, to: number] | null} Null on a day without a shift. */
export function shift(day) {
  const from = day.findIndex(Boolean);
  return from < 0 ? null : [from, day.findLastIndex(Boolean) + 1];
}

/** @param {Half[]} day */
export const hours = (day) => day.filter(Boolean).length / 2;

/** The half-hours the table shows: whole hours, as wide as the opening hours; the whole day where there are none.
 * @param {string[]} openings @returns {[from: number, to: number]} */
export function shown(openings) {
  const all = openings.filter(Boolean).map(ends);
  if (!all.length) return [0, DAY];
  const [from, to] = [Math.min(...all.map(([begins]) => begins)), Math.max(...all.map(([, closes]) => closes))];
  return [from - (from % 2), to + (to % 2)];
}

/** The number of a week (ISO 8601) by its Monday. @param {string} monday 2026-12-28 */
export function weekNumber(monday) {
  const thursday = Date.parse(monday) + 3 * 86_400_000;
  const first = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - first) / (7 * 86_400_000)) + 1;
}

/** Half-hours in which somebody is missing, in hours. @param {number[]} there @param {number[]} need */
export const short = (there, need) => need.reduce((sum, wanted, at) => sum + Math.max(0, wanted - there[at]), 0) / 2;

/** How many take calls in each half-hour. @param {{stints: Stint[], off: {span: string}[]}[]} days One of each agent. @param {{span: string}[]} closed */
export function onDuty(days, closed) {
  const free = closed.map(({ span: text }) => ends(text));
  return Array.from({ length: DAY }, (_, at) => {
    if (free.some(([from, to]) => at >= from && at < to)) return 0;
    return days.filter(({ stints: all, off }) => {
      const away = off.some(({ span: text }) => at >= ends(text)[0] && at < ends(text)[1]);
      return !away && halves(all)[at] === "available";
    }).length;
  });
}
