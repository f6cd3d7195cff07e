/** A card's four sides near a frame: each a straight line most of whose length is an edge. */

/** @typedef {import("./pixels.js").Grey} Grey */
/** @typedef {import("./pixels.js").Box} Box */
/** A side: where it crosses the two ends of the middle part of the frame, and how strong its edge is.
 * @typedef {{first: number, last: number, strength: number}} Line */
/** @typedef {[number, number]} Point */
/** Corners clockwise from the top left. @typedef {{corners: Point[], width: number, height: number}} Outline */

/** The middle part of the frame, which every card that is large enough covers. */
const FROM = 0.26;
const TO = 0.74;
const SEGMENTS = 8;
/** Of the frame's length: how far beyond it a side is looked for, and how far inside. */
export const BEYOND = 0.13;
const INSIDE = 0.24;
/** Of the middle part's length: how much a side may lean. */
const LEAN = 0.16;
const LEAST_EDGE = 5;
const SUPPORT = 6;
const STRONGEST = 40;
const CANDIDATES = 4;
/** The frame has the document's shape; seen a little from the side it is off by so much. */
const SHAPE_OFF = 0.1;

/** How much brightness changes across each position, segment by segment: `upright` lines are crossed from left to right.
 * @param {Grey} grey @param {boolean} upright @param {[number, number]} range @param {[number, number]} along */
function edges({ data, width, height }, upright, range, along) {
  const [step, line] = upright ? [1, width] : [width, 1];
  const [low, high] = [Math.max(2, Math.round(range[0])), Math.min((upright ? width : height) - 3, Math.round(range[1]))];
  const part = (along[1] - along[0]) / SEGMENTS;
  const rows = Array.from({ length: SEGMENTS }, (_, segment) => {
    const [from, to] = [Math.round(along[0] + segment * part), Math.round(along[0] + (segment + 1) * part)];
    const row = new Float32Array(Math.max(0, high - low + 1));
    for (let at = 0; at < row.length; at++) {
      let sum = 0;
      for (let n = from; n < to; n++) {
        const place = n * line + (low + at) * step;
        sum += data[place + step] + data[place + 2 * step] - data[place - step] - data[place - 2 * step];
      }
      row[at] = Math.abs(sum) / (2 * (to - from));
    }
    return row;
  });
  return { low, rows };
}

/** @param {Float32Array} row @param {number} at */
const near = (row, at) => Math.max(row[at], row[at - 1] ?? 0, row[at + 1] ?? 0);

/** @param {Float32Array[]} rows @param {number} first @param {number} last @param {number} least */
function strength(rows, first, last, least) {
  let [sum, support] = [0, 0];
  for (let n = 0; n < SEGMENTS; n++) {
    const edge = near(rows[n], Math.round(first + ((last - first) * (n + 0.5)) / SEGMENTS));
    if (edge >= least) support++;
    sum += Math.min(edge, STRONGEST);
  }
  return support >= SUPPORT ? sum / SEGMENTS : 0;
}

/** The best lines of a side, none twice. @param {{low: number, rows: Float32Array[]}} side @param {number} lean @returns {Line[]} */
function lines({ low, rows }, lean) {
  const length = rows[0].length;
  const all = rows.flatMap((row) => [...row]).sort((a, b) => a - b);
  const least = Math.max(LEAST_EDGE, 1.6 * (all[all.length >> 1] ?? 0));
  /** @type {Line[]} */
  const found = [];
  for (let first = 0; first < length; first++) {
    for (let last = Math.max(0, first - lean); last <= Math.min(length - 1, first + lean); last++) {
      const edge = strength(rows, first, last, least);
      if (edge) found.push({ first: first + low, last: last + low, strength: edge });
    }
  }
  found.sort((a, b) => b.strength - a.strength);
  /** @type {Line[]} */
  const best = [];
  for (const line of found) {
    if (best.length === CANDIDATES) break;
    if (best.every((other) => Math.abs(line.first + line.last - other.first - other.last) > 6)) best.push(line);
  }
  return best;
}

/** Where an upright line and a level one meet. @param {Line} upright @param {Line} level @param {Box} middle @returns {Point} */
function meeting(upright, level, { left, top, width, height }) {
  const [lean, slope] = [(upright.last - upright.first) / height, (level.last - level.first) / width];
  const y = (level.first + slope * (upright.first - left - lean * top)) / (1 - slope * lean);
  return [upright.first + lean * (y - top), y];
}

/** @param {Point} a @param {Point} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** @param {[Line, Line, Line, Line]} sides Left, right, top, bottom. @param {Box} middle @returns {Outline} */
function outlineOf([left, right, top, bottom], middle) {
  const corners = [meeting(left, top, middle), meeting(right, top, middle), meeting(right, bottom, middle), meeting(left, bottom, middle)];
  const width = (distance(corners[0], corners[1]) + distance(corners[3], corners[2])) / 2;
  const height = (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2;
  return { corners, width, height };
}

/** @param {Outline} outline @param {Box} frame */
const hasShape = ({ width, height }, frame) => Math.abs((width / height) * (frame.height / frame.width) - 1) < SHAPE_OFF;

/** The card that fits its four sides best; the larger of two that fit alike, for print runs along sides too.
 * @param {Grey} grey @param {Box} frame @returns {Outline | null} */
export function outline(grey, frame) {
  const { left, top, width, height } = frame;
  const middle = { left: left + FROM * width, top: top + FROM * height, width: (TO - FROM) * width, height: (TO - FROM) * height };
  /** @type {[number, number]} */
  const down = [middle.top, middle.top + middle.height];
  /** @type {[number, number]} */
  const along = [middle.left, middle.left + middle.width];
  /** @param {boolean} upright @param {number} edge @param {number} length @param {1 | -1} inward */
  const side = (upright, edge, length, inward) => {
    const ends = [edge - inward * BEYOND * length, edge + inward * INSIDE * length].sort((a, b) => a - b);
    const crossed = edges(grey, upright, [ends[0], ends[1]], upright ? down : along);
    return lines(crossed, Math.round(LEAN * (upright ? middle.height : middle.width)));
  };
  const lefts = side(true, left, width, 1);
  const rights = side(true, left + width, width, -1);
  const tops = side(false, top, height, 1);
  const bottoms = side(false, top + height, height, -1);
  let [best, most] = [/** @type {Outline | null} */ (null), 0];
  for (const l of lefts) for (const r of rights) for (const t of tops) for (const b of bottoms) {
    const found = outlineOf([l, r, t, b], middle);
    const worth = (l.strength + r.strength + t.strength + b.strength) * (found.width / width);
    if (worth > most && hasShape(found, frame)) [best, most] = [found, worth];
  }
  return best;
}
