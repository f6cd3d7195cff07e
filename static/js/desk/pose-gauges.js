/** Yaw, pitch and what a face does while a movement is under way, with the zone that has to be reached. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { angle } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";

/** Half of each scale, in degrees: beyond it mediapipe loses the face anyway. */
const REACH_DEG = { yaw: 45, pitch: 30 };
const WIDTH = 200;
/** Whole of the scale of what is no turn: shares of closed eyes, of the smile's score, of the face's growth. */
const WHOLE = { eyes: 1, smile: 1, closer: 0.5 };

/** @typedef {keyof typeof REACH_DEG} Axis */
/** @typedef {import("../lib/staff.js").Direction} Direction */

/** Which axis a direction moves, and to which side. @type {Partial<Record<Direction, {axis: Axis, sign: 1 | -1}>>} */
const WAYS = {
  left: { axis: "yaw", sign: 1 },
  right: { axis: "yaw", sign: -1 },
  up: { axis: "pitch", sign: 1 },
  down: { axis: "pitch", sign: -1 },
};

/** Where an angle stands on the scale. @param {Axis} axis @param {number} degrees */
const place = (axis, degrees) => {
  const share = Math.max(-1, Math.min(1, degrees / REACH_DEG[axis]));
  return (WIDTH / 2) * (1 + share);
};

export class PoseGauges extends LightElement {
  static properties = { progress: { attribute: false }, movement: { attribute: false } };

  constructor() {
    super();
    /** @type {import("./agent-call.js").Progress | null} */
    this.progress = null;
    /** @type {import("../lib/staff.js").Movement | null} */
    this.movement = null;
  }

  render() {
    return html`<div class="gauges" role="group" aria-label=${t("pose.title")}>
      ${this.#gauge("yaw", this.progress?.yaw_deg ?? null)}${this.#gauge("pitch", this.progress?.pitch_deg ?? null)}
      ${this.#extent()}
      <p class="rest">${t(this.progress ? "pose.now" : "pose.rest")}</p></div>`;
  }

  /** @param {Axis} axis @param {number | null} degrees */
  #gauge(axis, degrees) {
    const way = this.progress ? WAYS[this.progress.direction] : undefined;
    const on = way?.axis === axis;
    return html`<div class="gz ${on ? "on" : ""}"><span>${t(`pose.${axis}`)}</span>
      <svg viewBox="0 0 ${WIDTH} 16" aria-hidden="true"><rect class="tr" y="6" width=${WIDTH} height="4" rx="2"></rect>
        <path class="mid" d="M${WIDTH / 2} 3v10"></path>
        ${on ? this.#zone(axis, way.sign) : nothing}
        ${degrees === null ? nothing : svg`<circle cx=${place(axis, degrees)} cy="8" r="7"></circle>`}</svg>
      <output class="num">${degrees === null ? "–" : angle(degrees)}</output></div>`;
  }

  /** How far a movement that is no turn has come. */
  #extent() {
    const kind = /** @type {keyof typeof WHOLE} */ (this.progress?.direction);
    if (!(kind in WHOLE)) return nothing;
    const far = this.progress?.extent ?? null;
    const at = (/** @type {number} */ share) => WIDTH * Math.max(0, Math.min(1, share / WHOLE[kind]));
    const edge = at(this.movement?.threshold ?? WHOLE[kind]);
    return html`<div class="gz on"><span>${t(`direction.${kind}`)}</span>
      <svg viewBox="0 0 ${WIDTH} 16" aria-hidden="true"><rect class="tr" y="6" width=${WIDTH} height="4" rx="2"></rect>
        ${svg`<rect class="zone" x=${edge} y="4" width=${WIDTH - edge} height="8" rx="4"></rect>`}
        ${far === null ? nothing : svg`<circle cx=${at(far)} cy="8" r="7"></circle>`}</svg>
      <output class="num">${far === null ? "–" : `${Math.round(far * 100)}%`}</output></div>`;
  }

  /** @param {Axis} axis @param {1 | -1} sign */
  #zone(axis, sign) {
    const threshold = this.movement?.threshold_deg;
    if (!threshold) return nothing;
    const edge = place(axis, threshold * sign);
    const [x, width] = sign > 0 ? [edge, WIDTH - edge] : [0, edge];
    return svg`<rect class="zone" x=${x} y="4" width=${width} height="8" rx="4"></rect>`;
  }
}
customElements.define("pose-gauges", PoseGauges);
