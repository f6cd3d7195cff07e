/** Whether print is in focus and was held still: the server's two figures, on a small part of the card. */

import { blurred, percentile } from "./pixels.js";

/** @typedef {import("./pixels.js").Grey} Grey */

/** Steps of the histograms below. */
const FINE = 2048;

/** The finest detail against middling detail: falls when the lens is not in focus. @param {Grey} grey */
export function fineness(grey) {
  const [fine, middling] = [0.6, 2].map((sigma) => {
    const [near, far] = [blurred(grey, sigma), blurred(grey, 2 * sigma)];
    return percentile(near.map((value, at) => Math.abs(value - far[at])), 0.99, 128, FINE);
  });
  return fine / Math.max(middling, 1e-6);
}

const DIRECTIONS = Array.from({ length: 8 }, (_, at) => [Math.cos((at * Math.PI) / 8), Math.sin((at * Math.PI) / 8)]);
/** No step from black to white is steeper in the sums below. */
const STEEPEST = 1500;

/** How alike edges of all directions are: falls when the hand moves. @param {Grey} grey */
export function evenness(grey) {
  const { width, height } = grey;
  const s = blurred(grey, 0.8);
  const edges = DIRECTIONS.map(() => new Float32Array((width - 2) * (height - 2)));
  for (let y = 1, to = 0; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++, to++) {
      const [up, down] = [at - width, at + width];
      const across = s[up + 1] - s[up - 1] + 2 * (s[at + 1] - s[at - 1]) + s[down + 1] - s[down - 1];
      const along = s[down - 1] - s[up - 1] + 2 * (s[down] - s[up]) + s[down + 1] - s[up + 1];
      for (let n = 0; n < 8; n++) edges[n][to] = Math.abs(across * DIRECTIONS[n][0] + along * DIRECTIONS[n][1]);
    }
  }
  const strongest = edges.map((one) => percentile(one, 0.99, STEEPEST, FINE));
  return Math.min(...strongest) / Math.max(...strongest, 1e-6);
}
