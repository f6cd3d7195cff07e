/** What the customer is shown of an asked movement: one instruction at a time, and how far it is done. */

/** @typedef {"left" | "right" | "up" | "down" | "front" | "eyes" | "smile" | "closer" | "number"} Direction */
/** @typedef {{id: string, direction: Direction, phase: string, fraction: number, state: "asked" | "passed" | "failed", reason: string | null, number?: string}} Movement */

/** The arrow on the mirrored preview: the customer's own left is the left of the picture. */
const ARROWS = { left: "arrow-left", right: "arrow-right", up: "arrow-up", down: "arrow-down", front: "scan-face", eyes: "eye-off", smile: "smile", closer: "maximize", number: "megaphone" };

/** Movements with a way back of their own: eyes are opened, not turned. */
const GESTURES = ["eyes", "smile", "closer"];

/** Phases in which the customer looks straight ahead. */
const STRAIGHT = ["calibrate", "neutral", "lost"];

/** The icon that stands for what to do now. @param {Movement} movement */
export function arrowOf({ direction, phase, state }) {
  if (state === "passed") return "check";
  if (state === "failed") return "rotate-ccw";
  if (phase === "neutral" && direction === "eyes") return "eye";
  return STRAIGHT.includes(phase) ? "scan-face" : ARROWS[direction];
}

/** Key of the instruction in the catalogue. @param {Movement} movement */
export function instructionOf({ direction, phase, state }) {
  if (state !== "asked") return `move.${state}`;
  if (phase === "calibrate") return "move.front";
  if (phase === "neutral") return GESTURES.includes(direction) ? `move.neutral.${direction}` : "move.neutral";
  if (phase === "lost") return "move.lost";
  return phase === "hold" && direction !== "eyes" ? "move.hold" : `move.${direction}`;
}

/** Key of the words below it. @param {Movement} movement */
export function detailOf({ direction, phase, state }) {
  if (state === "passed") return "move.passed.text";
  if (phase === "lost") return "move.lost.text";
  return `move.${phase === "move" || phase === "say" ? direction : "front"}.text`;
}

/** The list with the newest word about one movement; in the order they were asked.
 * @param {Movement[]} known @param {Movement} news */
export function withNews(known, news) {
  const at = known.findIndex(({ id }) => id === news.id);
  return at < 0 ? [...known, news] : known.with(at, { ...known[at], ...news });
}

/** Whether news is of what is on show: the end of an earlier movement must not hide the next one.
 * @param {Movement | null} shown @param {Movement} news */
export const isShown = (shown, news) => news.state === "asked" || shown === null || shown.state !== "asked" || shown.id === news.id;
