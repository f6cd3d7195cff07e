/** Looks at the running camera a few times a second, and says what to do; a weak phone is looked at less often. */

import { begin, adviceFor, held, isHeld, next } from "./guide.js";
import { CARD_PX, change, FRAME_PX, frameIn, look, PRINT_PX, ROUND, sharpness } from "./look.js";

/** @typedef {import("./guide.js").Advice} Advice */
/** @typedef {import("./look.js").Look} Look */

const EVERY_MS = 120;
/** A slow look is followed by a longer pause: looking takes this share of the time, until pauses get too long to guide anybody. */
const SHARE = 0.07;
const AT_LEAST_EVERY_MS = 400;

/** @param {number} width @param {number} height */
function sheet(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  pen.imageSmoothingQuality = "medium";
  return pen;
}

/** Where the guide's frame lies in the pixels of a video that covers its place. @param {HTMLVideoElement} video @param {Element} frame */
function placeOf(video, frame) {
  const [place, box] = [video.getBoundingClientRect(), frame.getBoundingClientRect()];
  const scale = Math.max(place.width / video.videoWidth, place.height / video.videoHeight);
  const middle = { x: box.left + box.width / 2 - place.left - place.width / 2, y: box.top + box.height / 2 - place.top - place.height / 2 };
  return { x: video.videoWidth / 2 + middle.x / scale, y: video.videoHeight / 2 + middle.y / scale, width: box.width / scale, height: box.height / scale };
}

/** Whether all of the card is in the video. @param {Look["outline"]} outline @param {HTMLVideoElement} video @param {{x: number, y: number}} corner @param {number} scale */
function isInside(outline, { videoWidth, videoHeight }, corner, scale) {
  return (outline?.corners ?? []).every(([x, y]) => {
    const [across, down] = [corner.x + x * scale, corner.y + y * scale];
    return across > 0 && down > 0 && across < videoWidth && down < videoHeight;
  });
}

/** `said`: the advice to show; `held`: how much of the hold is over, 0 to 1; `away`: how far what is seen is from what was marked.
 * @typedef {{said: Advice, held: number, away: number}} Guided */

/** Says "guided" after each look, and "held" when the picture should be taken. */
export class Watch extends EventTarget {
  /** @param {Element} page Holds the running video and the guide's frame, while there are any. */
  constructor(page) {
    super();
    this.page = page;
    this.guide = begin(performance.now());
    /** @type {Look | null} */
    this.last = null;
    /** The look to compare with; "next": the coming one. @type {Look | "next"} */
    this.marked = "next";
    /** @type {CanvasRenderingContext2D | null} */
    this.small = null;
    this.near = sheet(PRINT_PX.width, PRINT_PX.height);
    this.stopped = false;
    /** The longest look so far, in milliseconds. */
    this.slowest = 0;
    this.#later(0);
  }

  stop() {
    this.stopped = true;
  }

  /** Remember what is seen now. */
  mark() {
    this.marked = this.last ?? "next";
  }

  /** @param {number} after */
  #later(after) {
    setTimeout(() => this.stopped || this.#look(), after);
  }

  #look() {
    const from = performance.now();
    const [video, frame] = [this.page.querySelector("video"), this.page.querySelector(".frame")];
    if (video?.videoWidth && !video.hidden && frame && document.visibilityState === "visible") this.#judge(video, frame, from);
    const cost = performance.now() - from;
    this.slowest = Math.max(this.slowest, cost);
    this.#later(Math.min(AT_LEAST_EVERY_MS, Math.max(EVERY_MS, cost / SHARE)));
  }

  /** @param {HTMLVideoElement} video @param {Element} frame @param {number} now */
  #judge(video, frame, now) {
    const place = placeOf(video, frame);
    const scale = place.width / FRAME_PX;
    const [width, height] = [Math.round(FRAME_PX * ROUND), Math.round((place.height / scale) * ROUND)];
    const pen = this.#sheet(width, height);
    const corner = { x: place.x - (width * scale) / 2, y: place.y - (height * scale) / 2 };
    pen.drawImage(video, corner.x, corner.y, width * scale, height * scale, 0, 0, width, height);
    const seen = look(pen.getImageData(0, 0, width, height));
    const before = this.last;
    this.last = seen;
    if (this.marked === "next") this.marked = seen;
    if (before) this.#say(adviceFor(this.#seen(seen, before, video, corner, scale)), now);
  }

  /** As large as the last one, or a new one. @param {number} width @param {number} height */
  #sheet(width, height) {
    if (this.small?.canvas.width !== width || this.small.canvas.height !== height) {
      this.small = sheet(width, height);
      this.last = null;
      this.marked = "next"; // pictures of two sizes cannot be compared
    }
    return this.small;
  }

  /** @param {Look} seen @param {Look} before @param {HTMLVideoElement} video @param {{x: number, y: number}} corner @param {number} scale @returns {import("./guide.js").Seen} */
  #seen(seen, before, video, corner, scale) {
    const { light, glare, outline } = seen;
    const motion = change(before, seen, FRAME_PX);
    const rough = { light, glare, ...motion, width: outline && outline.width / FRAME_PX, inside: isInside(outline, video, corner, scale), fineness: null, evenness: null };
    return adviceFor(rough) === "steady" ? { ...rough, ...this.#sharpness(seen, video, corner, scale) } : rough;
  }

  /** The busiest parts of the card, near: what is in focus and was held still is so in the best of them.
   * @param {Look} seen @param {HTMLVideoElement} video @param {{x: number, y: number}} corner @param {number} scale */
  #sharpness({ outline, prints }, video, corner, scale) {
    if (!outline || !prints.length) return {};
    const pen = this.near;
    const one = (outline.width * scale) / CARD_PX;
    const seen = prints.map(({ left, top }) => {
      pen.drawImage(video, corner.x + left * scale, corner.y + top * scale, PRINT_PX.width * one, PRINT_PX.height * one, 0, 0, PRINT_PX.width, PRINT_PX.height);
      return sharpness(pen.getImageData(0, 0, PRINT_PX.width, PRINT_PX.height));
    });
    return { fineness: Math.max(...seen.map(({ fineness }) => fineness)), evenness: Math.max(...seen.map(({ evenness }) => evenness)) };
  }

  /** @param {Advice} advice @param {number} now */
  #say(advice, now) {
    this.guide = next(this.guide, advice, now);
    const away = this.marked !== "next" && this.last ? change(this.marked, this.last, FRAME_PX).changed : 0;
    const detail = { said: this.guide.said, held: held(this.guide, now), away };
    this.dispatchEvent(new CustomEvent("guided", { detail }));
    if (isHeld(this.guide, now)) this.dispatchEvent(new Event("held"));
  }
}
