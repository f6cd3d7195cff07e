/** Grey pixels and what is counted in them; no page, no camera, so that a test can hand in any picture. */

/** @typedef {{data: Float32Array, width: number, height: number}} Grey */
/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/** @param {{data: Uint8ClampedArray, width: number, height: number}} picture Red, green, blue, opacity. @returns {Grey} */
export function greyOf({ data, width, height }) {
  const grey = new Float32Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    grey[at] = 0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2];
  }
  return { data: grey, width, height };
}

/** The value below which this share of the values lies; they range from 0 to `most`.
 * @param {ArrayLike<number>} values @param {number} share @param {number} [most] @param {number} [fine] How many steps up to `most`. */
export function percentile(values, share, most = 256, fine = 256) {
  const bins = new Uint32Array(fine);
  const scale = bins.length / most;
  for (let at = 0; at < values.length; at++) bins[Math.min(bins.length - 1, Math.floor(values[at] * scale))]++;
  let left = share * values.length;
  let bin = 0;
  while (bin < bins.length - 1 && (left -= bins[bin]) > 0) bin++;
  return (bin + 0.5) / scale;
}

/** The part of a picture inside a box. @param {Grey} grey @param {Box} box @returns {Float32Array} */
export function part({ data, width, height }, box) {
  const [left, top] = [Math.max(0, Math.round(box.left)), Math.max(0, Math.round(box.top))];
  const right = Math.min(width, Math.round(box.left + box.width));
  const bottom = Math.min(height, Math.round(box.top + box.height));
  const cut = new Float32Array(Math.max(0, right - left) * Math.max(0, bottom - top));
  for (let y = top, at = 0; y < bottom; y++, at += right - left) cut.set(data.subarray(y * width + left, y * width + right), at);
  return cut;
}

/** @param {number} sigma */
function bell(sigma) {
  const reach = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** One direction of a Gaussian blur; the border repeats its last pixel.
 * @param {Float32Array} from @param {Float32Array} to @param {number} lines @param {number} length @param {number} step @param {number} next @param {Float32Array} weights */
function smear(from, to, lines, length, step, next, weights) {
  const reach = weights.length >> 1;
  const line = new Float32Array(length + 2 * reach);
  for (let n = 0, start = 0; n < lines; n++, start += next) {
    for (let at = 0; at < line.length; at++) line[at] = from[start + Math.min(length - 1, Math.max(0, at - reach)) * step];
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) sum += line[at + tap] * weights[tap];
      to[start + at * step] = sum;
    }
  }
}

/** @param {Grey} grey @param {number} sigma @returns {Float32Array} */
export function blurred({ data, width, height }, sigma) {
  const [across, both, weights] = [new Float32Array(data.length), new Float32Array(data.length), bell(sigma)];
  smear(data, across, height, width, 1, width, weights);
  smear(across, both, width, height, width, 1, weights);
  return both;
}
