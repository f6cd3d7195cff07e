/** One look at what the camera shows: how light it is, where the card lies, what shines, what is sharp. */

import { BEYOND, outline } from "./outline.js";
import { greyOf, part, percentile } from "./pixels.js";
import { WASHED_DARKEST, WASHED_MEDIAN } from "./limits.js";
import { evenness, fineness } from "./sharpness.js";

/** @typedef {import("./pixels.js").Grey} Grey */
/** @typedef {import("./pixels.js").Box} Box */
/** @typedef {import("./outline.js").Outline} Outline */
/** @typedef {{grey: Grey, light: number, outline: Outline | null, glare: number, prints: Box[]}} Look `prints`: where the card has most print. */

/** Pixels of the frame's width in a small picture. */
export const FRAME_PX = 180;
/** The picture around the frame: the frame and as much as the sides are looked for beyond it. */
export const ROUND = 1 + 2 * (BEYOND + 0.02);
const COLUMNS = 16;
const ROWS = 10;
/** The server measures sharpness on a card of this width; a small part of it tells enough. */
export const CARD_PX = 1012;
export const PRINT_PX = { width: 160, height: 80 };
/** So many of them: a portrait has no fine edges, a zone's `<<<` none of some directions. */
const PARTS = 3;

/** The frame in a small picture. @param {{width: number, height: number}} picture @returns {Box} */
export function frameIn({ width, height }) {
  const frame = { width: width / ROUND, height: height / ROUND };
  return { left: (width - frame.width) / 2, top: (height - frame.height) / 2, ...frame };
}

/** The box that lies wholly on the card. @param {Outline} outline @returns {Box} */
function inside({ corners: [a, b, c, d] }) {
  const [left, top] = [Math.max(a[0], d[0]), Math.max(a[1], b[1])];
  return { left, top, width: Math.min(b[0], c[0]) - left, height: Math.min(c[1], d[1]) - top };
}

/** @param {Box} card @returns {Box[]} */
function tiles(card) {
  const [width, height] = [card.width / COLUMNS, card.height / ROWS];
  return Array.from({ length: COLUMNS * ROWS }, (_, at) => ({
    left: card.left + (at % COLUMNS) * width, top: card.top + Math.floor(at / COLUMNS) * height, width, height,
  }));
}

/** Brighter than a light card by itself is. @param {number} light The card's median grey. */
const reflection = (light) => Math.min(252, Math.max(WASHED_MEDIAN, light * 1.18));

/** @param {Float32Array} tile @param {number} bright */
const isWashed = (tile, bright) => percentile(tile, 0.04) > WASHED_DARKEST && percentile(tile, 0.5) > bright;

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => Math.abs(a.left - b.left) < a.width && Math.abs(a.top - b.top) < a.height;

/** Where contrast is greatest in parts of the card as large as those that are looked at closely.
 * @param {Grey} grey @param {Box} card @returns {Box[]} */
function mostPrint(grey, card) {
  const width = (card.width * PRINT_PX.width) / CARD_PX;
  const height = (width * PRINT_PX.height) / PRINT_PX.width;
  const found = [];
  for (let top = card.top + height / 2; top + height * 1.5 < card.top + card.height; top += height / 2) {
    for (let left = card.left + width / 2; left + width * 1.5 < card.left + card.width; left += width / 2) {
      const box = { left, top, width, height };
      const cut = part(grey, box);
      found.push({ box, contrast: percentile(cut, 0.8) - percentile(cut, 0.2) });
    }
  }
  found.sort((a, b) => b.contrast - a.contrast);
  /** @type {Box[]} */
  const best = [];
  for (const { box } of found) if (best.length < PARTS && !best.some((other) => overlap(box, other))) best.push(box);
  return best;
}

/** @param {{data: Uint8ClampedArray, width: number, height: number}} picture The frame and what is round it. @returns {Look} */
export function look(picture) {
  const grey = greyOf(picture);
  const found = outline(grey, frameIn(picture));
  const card = found ? inside(found) : frameIn(picture);
  const light = percentile(part(grey, card), 0.5);
  if (!found) return { grey, light, outline: null, glare: 0, prints: [] };
  const [all, bright] = [tiles(card), reflection(light)];
  const glare = all.filter((tile) => isWashed(part(grey, tile), bright)).length / all.length;
  return { grey, light, outline: found, glare, prints: mostPrint(grey, card) };
}

/** @param {{data: Uint8ClampedArray, width: number, height: number}} picture A part of the card, as if the card were CARD_PX wide. */
export function sharpness(picture) {
  const grey = greyOf(picture);
  return { fineness: fineness(grey), evenness: evenness(grey) };
}

/** How much changed since the last look. @param {Look} before @param {Look} now @param {number} frame Its width in pixels. */
export function change(before, now, frame) {
  let sum = 0;
  for (let at = 0; at < now.grey.data.length; at += 7) sum += Math.abs(now.grey.data[at] - before.grey.data[at]);
  const [from, to] = [before.outline?.corners, now.outline?.corners];
  const moved = from && to ? Math.max(...to.map(([x, y], at) => Math.hypot(x - from[at][0], y - from[at][1]))) / frame : 1;
  return { changed: (7 * sum) / now.grey.data.length, moved };
}
