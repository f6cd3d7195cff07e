/** The loudness of a microphone as a row of small bars. */

import { html, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";

const BARS = 24;
/** Drawn heights, so that a lit row looks like a voice. */
const HEIGHTS = [6, 9, 14, 18, 12, 16, 20, 13, 17, 9, 7];

export class LevelMeter extends LightElement {
  static properties = { level: { attribute: false } };

  constructor() {
    super();
    /** 0 to 1. */
    this.level = 0;
  }

  render() {
    const lit = Math.round(this.level * BARS);
    return html`<svg class="level" viewBox="0 0 235 20" preserveAspectRatio="none" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(this.level * 100)} aria-label=${t("precheck.level")}>
      ${Array.from({ length: BARS }, (_, at) => {
        const height = at < lit ? HEIGHTS[at % HEIGHTS.length] : 6;
        return svg`<rect class=${at < lit ? "on" : ""} x=${at * 10} y=${10 - height / 2} width="5" height=${height} rx="2.5"></rect>`;
      })}</svg>`;
  }
}
customElements.define("level-meter", LevelMeter);
