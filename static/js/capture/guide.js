/** From looks to one calm sentence, and to the moment when the picture takes itself. Pure: time is an argument. */

import * as limits from "./limits.js";

/** What to tell, the most needed first. `steady`: all is well, hold on.
 * @typedef {"dark" | "bright" | "place" | "nearer" | "further" | "glare" | "focus" | "still" | "steady"} Advice */
/** What one look found; `fineness` and `evenness` are null while they were not looked at.
 * @typedef {{light: number, width: number | null, inside: boolean, glare: number, fineness: number | null, evenness: number | null, changed: number, moved: number}} Seen
 * `width`: the card's, against the frame's; null: no card. `inside`: all corners are in the picture. */

/** @param {Seen} seen @returns {Advice} */
export function adviceFor(seen) {
  if (seen.light < limits.DARK_BELOW) return "dark";
  if (seen.light > limits.BRIGHT_ABOVE) return "bright";
  if (seen.width === null) return "place";
  if (seen.width < limits.FAR_BELOW) return "nearer";
  if (seen.width > limits.NEAR_ABOVE || !seen.inside) return "further";
  if (seen.changed > limits.CHANGED_ABOVE || seen.moved > limits.MOVED_ABOVE) return "still";
  if (seen.glare > limits.GLARE_ABOVE) return "glare";
  if (seen.fineness !== null && seen.fineness < limits.FINE_BELOW) return "focus";
  if (seen.evenness !== null && seen.evenness < limits.EVEN_BELOW && seen.changed > limits.CALM_BELOW) return "still";
  return "steady";
}

/** What the guide keeps between looks: the advice of the last one and since when, and what is being said since when.
 * @typedef {{advice: Advice, since: number, said: Advice, saidSince: number}} Guide */

/** @param {number} now @returns {Guide} */
export const begin = (now) => ({ advice: "place", since: now, said: "place", saidSince: now });

/** Another sentence only when it holds for a moment and the last one could be read.
 * @param {Guide} guide @param {Advice} advice @param {number} now @returns {Guide} */
export function next(guide, advice, now) {
  const since = advice === guide.advice ? guide.since : now;
  const isNews = advice !== guide.said && now - guide.saidSince >= limits.SAID_MS && now - since >= limits.SAID_MS / 3;
  return isNews ? { advice, since, said: advice, saidSince: now } : { ...guide, advice, since };
}

/** @param {Guide} guide @param {number} now */
export const isHeld = (guide, now) => guide.advice === "steady" && now - guide.since >= limits.HOLD_MS;

/** How much of the hold is over, 0 to 1. @param {Guide} guide @param {number} now */
export const held = (guide, now) => (guide.advice === "steady" ? Math.min(1, (now - guide.since) / limits.HOLD_MS) : 0);
