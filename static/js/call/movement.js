/** What the customer is shown of an asked movement: one instruction at a time, and how far it is done. */

/** @typedef {"left" | "right" | "up" | "down" | "front"} Direction */
/** @typedef {{id: string, direction: Direction, phase: string, fraction: number, state: "asked" | "passed" | "failed", reason: string | null}} Movement */

/** The arrow on the mirrored preview: the customer's own left is the left of the picture. */
const ARROWS = { left: "arrow-left", right: "arrow-right", up: "arrow-up", down: "arrow-down", front: "scan-face" };

/** Phases in which the customer looks straight ahead. */
const STRAIGHT = ["calibrate", "neutral"];

/** The icon that stands for what to do now. @param {Movement} movement */
export function arrowOf({ direction, phase, state }) {
  if (state === "passed") return "check";
  if (state === "failed") return "rotate-ccw";
  return STRAIGHT.includes(phase) ? "scan-face" : ARROWS[direction];
}

/** Key of the instruction in the catalogue. @param {Movement} movement */
export function instructionOf({ direction, phase, state }) {
  if (state !== "asked") return `move.${state}`;
  if (phase === "calibrate") return "move.front";
  if (phase === "neutral") return "move.neutral";
  return phase === "hold" ? "move.hold" : `move.${direction}`;
}

/** The list with the newest word about one movement; in the order they were asked.
 * @param {Movement[]} known @param {Movement} news */
export function withNews(known, news) {
  const at = known.findIndex(({ id }) => id === news.id);
  return at < 0 ? [...known, news] : known.with(at, { ...known[at], ...news });
}
