/** Keeps hold of camera and microphone in a call: notices who takes them away, and takes them back. */

import { missing } from "./devices.js";

/** @typedef {import("./devices.js").Failure} Failure */
/** What is wrong with a device. Held: the system keeps it, as during a telephone call; failure: it could not
 * be opened again. @typedef {{device: "camera" | "microphone", failure: Failure | null}} Trouble */

/** Shorter than this nobody needs to be told of. */
const HELD_MS = 700;
/** While a device is away and the page is looked at, it is asked for anew so often. */
const AGAIN_MS = 4_000;

/** @param {MediaStreamTrack} track @returns {"camera" | "microphone"} */
const deviceOf = ({ kind }) => (kind === "video" ? "camera" : "microphone");
/** @param {MediaStreamTrack} track */
const isAway = ({ muted, readyState }) => muted || readyState === "ended";

/** Fires "change" when there is trouble, or none any more. */
export class Hold extends EventTarget {
  #ear = new AbortController();
  #timer = 0;
  #asking = false;

  /** @param {() => Promise<void>} again Opens the devices anew and gives them to `watch`. */
  constructor(again) {
    super();
    this.again = again;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {Trouble | null} */
    this.trouble = null;
  }

  /** Watch over these from now on, and over no others. @param {MediaStream} stream */
  watch(stream) {
    this.stop();
    this.stream = stream;
    this.#ear = new AbortController();
    const { signal } = this.#ear;
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.takeBack(), { signal });
      track.addEventListener("mute", () => this.#later(HELD_MS), { signal });
      track.addEventListener("unmute", () => this.#look(), { signal });
    }
    navigator.mediaDevices.addEventListener("devicechange", () => this.#away() && this.takeBack(), { signal });
    document.addEventListener("visibilitychange", () => this.#away() && this.takeBack(), { signal });
    this.#look();
  }

  /** Leave them alone. */
  stop() {
    this.#ear.abort();
    clearTimeout(this.#timer);
    this.stream = null;
  }

  #away() {
    return this.stream?.getTracks().find(isAway);
  }

  /** Which device is away, which a browser's refusal of both does not say. */
  #known() {
    const away = this.#away();
    return away ? { device: deviceOf(away) } : {};
  }

  /** @param {number} wait */
  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  /** Say how it stands; while something is away, ask for it anew now and then. */
  #look() {
    clearTimeout(this.#timer);
    const away = this.#away();
    this.#found(away ? { device: deviceOf(away), failure: this.trouble?.failure ?? null } : null);
    if (away) this.#timer = setTimeout(() => this.takeBack(), AGAIN_MS);
  }

  /** Open them anew, unless the page is in the background, where browsers give nothing. */
  async takeBack() {
    if (this.#asking || !this.stream || document.visibilityState === "hidden") return;
    this.#asking = true;
    const before = this.stream;
    await this.again().catch((error) => before === this.stream && this.#found({ ...missing(error), ...this.#known() }));
    this.#asking = false;
    if (before === this.stream) this.#later(AGAIN_MS);
  }

  /** @param {Trouble | null} trouble */
  #found(trouble) {
    const { device, failure } = trouble ?? {};
    if (device === this.trouble?.device && failure === this.trouble?.failure) return;
    this.trouble = trouble && { device: trouble.device, failure: trouble.failure };
    this.dispatchEvent(new Event("change"));
  }
}
