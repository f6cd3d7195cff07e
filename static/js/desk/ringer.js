/** The ring an agent hears, and the window's title that says so when the tab is hidden. */

import { t } from "../lib/i18n.js";

/** Two soft tones a fourth apart, once in three seconds; louder than speech nobody needs. */
const TONES_HZ = [587, 784];
const TONE_S = 0.45;
const EVERY_MS = 3_000;
const VOLUME = 0.18;

/** @type {AudioContext | null} */
let context = null;

/** Browsers let a page sound only after the first touch: take it where it comes. */
function wake() {
  context ??= new AudioContext();
  context.resume();
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wake, { once: true });

/** @param {AudioContext} on */
function chime(on) {
  TONES_HZ.forEach((hz, at) => {
    const begin = on.currentTime + at * TONE_S * 0.8;
    const tone = new OscillatorNode(on, { frequency: hz });
    const gain = new GainNode(on, { gain: 0 });
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(VOLUME, begin + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + TONE_S);
    tone.connect(gain).connect(on.destination);
    tone.start(begin);
    tone.stop(begin + TONE_S);
  });
}

export class Ringer {
  constructor() {
    this.timer = 0;
    this.title = "";
  }

  /** @param {boolean} on */
  turn(on) {
    if (on === Boolean(this.timer)) return;
    if (on) this.#begin();
    else this.#end();
  }

  #begin() {
    this.title = document.title;
    const sound = () => {
      document.title = `☎ ${t("ring.window")}`;
      if (context?.state === "running") chime(context);
    };
    sound();
    this.timer = setInterval(sound, EVERY_MS);
  }

  #end() {
    clearInterval(this.timer);
    this.timer = 0;
    document.title = this.title;
  }
}
