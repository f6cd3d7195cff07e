/** Geometry of the movement plot: each movement gets a strip as long as it lasted; pure. */

/** @typedef {import("../lib/staff.js").Movement} Movement */
/** @typedef {import("../lib/staff.js").Measure} Measure */

/** A strip of a movement in the plot, x from 0 to WIDTH. @typedef {{movement: Movement, from: number, to: number, length_s: number}} Strip */

export const WIDTH = 1000;
/** Each scale's ends, the height of its drawing in pixels, and where its values stand in a measure. */
export const SCALES = /** @type {const} */ ({
  yaw: { low: -40, high: 40, height: 84, at: 1 },
  pitch: { low: -25, high: 25, height: 66, at: 2 },
  planarity: { low: 0, high: 0.3, height: 48, at: 3 },
  extent: { low: 0, high: 1, height: 48, at: 4 },
});
/** Shorter strips could not be read. */
const LEAST_S = 2;

/** @typedef {keyof typeof SCALES} Axis */

/** @param {Movement} movement */
const lengthOf = ({ series, seconds }) => Math.max(LEAST_S, series.at(-1)?.[0] ?? 0, seconds ?? 0);

/** Movements that were measured, one strip after another. @param {Movement[]} movements @returns {Strip[]} */
export function strips(movements) {
  const measured = movements.filter(({ series }) => series.length > 1);
  const whole = measured.reduce((sum, movement) => sum + lengthOf(movement), 0);
  let at = 0;
  return measured.map((movement) => {
    const length_s = lengthOf(movement);
    const from = (WIDTH * at) / whole;
    at += length_s;
    return { movement, from, to: (WIDTH * at) / whole, length_s };
  });
}

/** The axes there is something to draw on. @param {Strip[]} drawn */
export const axesOf = (drawn) =>
  /** @type {Axis[]} */ (["yaw", "pitch", "planarity", "extent"]).filter((axis) =>
    axis === "yaw" || axis === "pitch" || drawn.some(({ movement }) => movement.series.some((measure) => known(measure, axis) !== null)));

/** @param {Measure} measure @param {Axis} axis */
const known = (measure, axis) => measure[SCALES[axis].at] ?? null;

/** @param {Axis} axis @param {number} value */
export function height(axis, value) {
  const { low, high, height: whole } = SCALES[axis];
  const share = Math.max(0, Math.min(1, (value - low) / (high - low)));
  return whole * (1 - share);
}

/** The line of one strip; it breaks where no face was seen. @param {Strip} strip @param {Axis} axis */
export function line({ movement, from, to, length_s }, axis) {
  let drawing = false;
  return movement.series.map((measure) => {
    const value = known(measure, axis);
    if (value === null) drawing = false;
    else {
      const x = from + ((to - from) * measure[0]) / length_s;
      const step = `${drawing ? "L" : "M"}${x.toFixed(1)} ${height(axis, value).toFixed(1)}`;
      drawing = true;
      return step;
    }
    return "";
  }).join("");
}

/** Which angle a direction moves and which way; the front moves none. @param {string} direction */
export const way = (direction) =>
  /** @type {{axis: "yaw" | "pitch", sign: 1 | -1} | null} */ ({
    left: { axis: "yaw", sign: 1 },
    right: { axis: "yaw", sign: -1 },
    up: { axis: "pitch", sign: 1 },
    down: { axis: "pitch", sign: -1 },
  }[direction] ?? null);

/** The peak with the sign of its axis: the server tells how far the asked way. @param {Movement} movement */
export const signedPeak = ({ direction, peak_deg }) =>
  typeof peak_deg !== "number" ? null : Math.abs(peak_deg) * (way(direction)?.sign ?? 1);

/** What a movement is judged on: an angle, or how far eyes, smile or distance went. @param {Movement} movement @returns {{axis: Axis, sign: 1 | -1} | null} */
export const judgedOn = ({ direction, threshold }) =>
  way(direction) ?? (direction !== "front" && threshold !== null ? { axis: "extent", sign: 1 } : null);

/** Where what was asked went furthest the asked way. @param {Strip} strip */
export function summit({ movement, from, to, length_s }) {
  const asked = judgedOn(movement);
  if (!asked) return null;
  const far = (/** @type {Measure} */ measure) => asked.sign * Number(known(measure, asked.axis));
  const seen = movement.series.filter((measure) => known(measure, asked.axis) !== null);
  const best = seen.reduce((/** @type {Measure | null} */ top, measure) => (top === null || far(measure) > far(top) ? measure : top), null);
  return best && { axis: asked.axis, x: from + ((to - from) * best[0]) / length_s, y: height(asked.axis, asked.sign * far(best)) };
}

/** One measure every half second, for the table beside the plot. @param {Measure[]} series */
export function halfSeconds(series) {
  /** @type {Map<number, Measure>} */
  const kept = new Map();
  for (const measure of series) {
    const half = Math.round(measure[0] * 2);
    const before = kept.get(half);
    if (!before || Math.abs(measure[0] - half / 2) < Math.abs(before[0] - half / 2)) kept.set(half, measure);
  }
  return [...kept].map(([half, measure]) => ({ at_s: half / 2, measure }));
}
