/** What each line of a call carried, made readable: stretches of trouble, minutes, a curve; pure. */

/** @typedef {import("../lib/staff.js").Line} Line */
/** @typedef {import("../lib/staff.js").Second} Second */
/** @typedef {"customer" | "agent"} Party */
/** How a second was; `gone`: nothing came. @typedef {"good" | "weak" | "bad" | "gone"} Grade */
/** @typedef {{grade: Exclude<Grade, "good">, from_s: number, to_s: number, worst: number}} Stretch */
/** @typedef {{minute: number, kbps: number, loss: number, worst: number, rtt_ms: number | null, fps: number, width: number, height: number, missing: number}} Minute */

export const PARTIES = /** @type {const} */ (["customer", "agent"]);
/** A worker that is busy measures a moment late: one second left out is none. */
const SKIPPED_S = 2;
/** Stretches nearer to each other than this are one. */
const NEAR_S = 3;

const RANK = /** @type {const} */ (["good", "weak", "bad", "gone"]);

/** @param {Second} second @param {Line} line @returns {Grade} */
export function gradeOf([, kbps, loss, rtt_ms], { weak, bad }) {
  if (kbps === 0) return "gone";
  /** @param {{loss: number, rtt_ms: number}} bound */
  const beyond = (bound) => loss > bound.loss || (rtt_ms ?? 0) > bound.rtt_ms;
  return beyond(bad) ? "bad" : beyond(weak) ? "weak" : "good";
}

/** Where a party's line was not good, and where nothing was measured. @param {Line} line @param {Party} party @param {number} length_s @returns {Stretch[]} */
export function stretches(line, party, length_s) {
  /** @type {Stretch[]} */
  const found = [];
  /** @param {Exclude<Grade, "good">} grade @param {number} from_s @param {number} to_s @param {number} loss */
  const add = (grade, from_s, to_s, loss) => {
    const last = found.at(-1);
    if (!last || from_s - last.to_s > NEAR_S) return found.push({ grade, from_s, to_s, worst: loss });
    last.to_s = to_s;
    last.worst = Math.max(last.worst, loss);
    if (RANK.indexOf(grade) > RANK.indexOf(last.grade)) last.grade = grade;
  };
  let expected = 0;
  for (const second of line[party]) {
    if (second[0] - expected > SKIPPED_S) add("gone", expected, second[0], 1);
    const grade = gradeOf(second, line);
    if (grade !== "good") add(grade, second[0], second[0] + 1, grade === "gone" ? 1 : second[2]);
    expected = second[0] + 1;
  }
  if (length_s - expected > SKIPPED_S && expected > 0) add("gone", expected, Math.round(length_s), 1);
  return found;
}

/** @param {number[]} values */
function middle(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A party's line, a row for each minute: medians, the loss its mean and its worst second.
 * @param {Second[]} series @param {number} length_s @returns {Minute[]} */
export function minutes(series, length_s) {
  const whole = Math.max(length_s, (series.at(-1)?.[0] ?? -1) + 1);
  return Array.from({ length: Math.ceil(whole / 60) }, (_, minute) => {
    const own = series.filter(([second]) => Math.floor(second / 60) === minute);
    const trips = own.map(([, , , rtt_ms]) => rtt_ms).filter((rtt_ms) => rtt_ms !== null);
    const losses = own.map(([, , loss]) => loss);
    const last = own.at(-1);
    return {
      minute,
      kbps: middle(own.map(([, kbps]) => kbps)),
      loss: losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length),
      worst: Math.max(0, ...losses),
      rtt_ms: trips.length ? middle(trips) : null,
      fps: middle(own.map(([, , , , fps]) => fps)),
      width: last?.[5] ?? 0,
      height: last?.[6] ?? 0,
      missing: Math.max(0, Math.min(60, Math.floor(whole) - 60 * minute) - own.length),
    };
  });
}

/** The curve of the bit rate, 0 to `top` kbit/s over `length_s`; it breaks where nothing was measured.
 * @param {Second[]} series @param {number} length_s @param {number} top @param {{width: number, height: number}} size */
export function curve(series, length_s, top, { width, height }) {
  const step = Math.max(1, Math.ceil(length_s / width)); // no more points than there is room for
  let before = -Infinity;
  let drawn = "";
  for (let at = 0; at < series.length; at += step) {
    const part = series.slice(at, at + step);
    const [second] = /** @type {Second} */ (part[0]);
    const kbps = middle(part.map((one) => one[1]));
    const x = (width * second) / length_s;
    const y = height * (1 - Math.min(1, kbps / top));
    drawn += `${second - before > step + SKIPPED_S ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    before = second;
  }
  return drawn;
}

/** A round number above everything that is drawn, kbit/s. @param {Line} line */
export function topOf(line) {
  const most = PARTIES.reduce((top, party) => line[party].reduce((highest, [, kbps]) => Math.max(highest, kbps), top), 0);
  const steps = [250, 500, 1000, 1500, 2000, 3000, 5000];
  return steps.find((step) => step >= most) ?? 10_000;
}
