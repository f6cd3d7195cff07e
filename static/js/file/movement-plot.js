/** What was measured of every asked movement, with the zone to be reached and the picture of its furthest point; the same numbers as tables. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { neededOf, passedCount } from "../desk/scene.js";
import { angle, decimal, length, secondsLong } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { SCALES, WIDTH, axesOf, halfSeconds, height, judgedOn, line, signedPeak, strips, summit, way } from "./plot.js";

/** @typedef {import("./plot.js").Axis} Axis */
/** @typedef {import("./plot.js").Strip} Strip */
/** @typedef {import("../lib/staff.js").Movement} Movement */

/** @type {Record<Axis, (value: number) => string>} */
const UNITS = { yaw: angle, pitch: angle, planarity: (value) => decimal(value, 1), extent: (value) => `${Math.round(value * 100)}%` };

export class MovementPlot extends LightElement {
  static properties = { file: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
  }

  render() {
    if (!this.file) return nothing;
    const movements = this.file.calls.flatMap((call) => call.movements);
    if (!movements.length) return nothing;
    const drawn = strips(movements);
    const passed = passedCount(this.file);
    return html`<section class="panel moves" aria-labelledby="h-moves"><header>
        <div class="ph"><h2 id="h-moves">${t("plot.title")}</h2><span class="sub">${t("plot.count", { n: passed, of: neededOf(this.file).length })}</span></div>${drawn.length ? this.#key() : nothing}</header>
      ${drawn.length ? html`<div class="plots">${axesOf(drawn).map((axis, number, all) => this.#plot(axis, drawn, number === all.length - 1))}</div>` : nothing}
      ${this.#furthest(movements)}
      <div class="wide" tabindex="0" role="group" aria-label=${t("plot.caption")}>${this.#table(movements)}</div>
      ${drawn.length ? this.#twin(drawn) : nothing}</section>`;
  }

  /** @param {Movement[]} movements */
  #furthest(movements) {
    const pictured = movements.filter(({ picture_url }) => picture_url);
    if (!pictured.length) return nothing;
    return html`<ul class="furthest" aria-label=${t("plot.furthest")}>${pictured.map((movement) => html`<li class=${movement.state === "passed" ? "ok" : "bad"}>
      <img src=${movement.picture_url} alt=${this.#sentence(movement)} width="160" height="120" loading="lazy"><span><b>${t(`direction-long.${movement.direction}`)}</b> <span class="num">${this.#peak(movement)}</span></span></li>`)}</ul>`;
  }

  #key() {
    return html`<div class="key"><span><svg aria-hidden="true"><line class="ln" x1="0" x2="22" y1="6" y2="6"></line></svg>${t("pose.yaw")}</span>
      <span><svg aria-hidden="true"><line class="ln2" x1="0" x2="22" y1="6" y2="6"></line></svg>${t("pose.pitch")}</span>
      <span><svg aria-hidden="true"><rect class="zone" x="1" y="1" width="20" height="10"></rect></svg>${t("plot.zone")}</span></div>`;
  }

  /** @param {Axis} axis @param {Strip[]} drawn @param {boolean} isLast */
  #plot(axis, drawn, isLast) {
    const { low, high, height: whole } = SCALES[axis];
    return html`${axis === "planarity" || axis === "extent" ? html`<p class="axis">${t(`plot.${axis}-label`)}</p>` : nothing}
      <svg class="plot ${isLast ? "last" : ""}" role="img" aria-label=${this.#said(axis, drawn)} width="100%" height=${whole}>
      ${[...new Set([low, 0, high])].map((value) => svg`<line class="gr ${value ? "" : "zero"}" x1="0" x2="100%" y1=${height(axis, value)} y2=${height(axis, value)}></line>
        <text x="-8" y=${height(axis, value) + 4} text-anchor="end">${UNITS[axis](value)}</text>`)}
      ${drawn.map((strip) => this.#zone(axis, strip))}
      <svg viewBox="0 0 ${WIDTH} ${whole}" preserveAspectRatio="none" width="100%" height=${whole}>${drawn.map((strip) => svg`<path class=${axis === "pitch" ? "ln2" : "ln"} d=${line(strip, axis)}></path>`)}</svg>
      ${drawn.map((strip) => this.#flag(axis, strip))}
      ${isLast ? drawn.map((strip) => this.#label(strip, whole)) : nothing}</svg>`;
  }

  /** @param {number} x */
  #share(x) {
    return `${((100 * x) / WIDTH).toFixed(2)}%`;
  }

  /** @param {Axis} axis @param {Strip} strip */
  #zone(axis, { movement, from, to }) {
    const asked = judgedOn(movement);
    const cut = svg`<line class="cut" x1=${this.#share(from)} x2=${this.#share(from)} y1="0" y2=${SCALES[axis].height}></line>`;
    const needed = movement.threshold_deg ?? movement.threshold;
    if (asked?.axis !== axis || needed === null) return cut;
    const edge = height(axis, needed * asked.sign);
    const [y, tall] = asked.sign > 0 ? [0, edge] : [edge, SCALES[axis].height - edge];
    return svg`${cut}<rect class="zone" x=${this.#share(from)} width=${this.#share(to - from)} y=${y} height=${tall}></rect>`;
  }

  /** @param {Axis} axis @param {Strip} strip */
  #flag(axis, strip) {
    const top = summit(strip);
    if (top?.axis !== axis) return nothing;
    const passed = strip.movement.state === "passed";
    return svg`<svg class=${passed ? "pass" : "fail"} x=${this.#share(top.x)} y=${top.y} overflow="visible"><circle r="8"></circle>
      <path d=${passed ? "M-3.5 0-1 2.6 3.8-2.4" : "M-3-3 3 3M3-3-3 3"}></path></svg>`;
  }

  /** @param {Strip} strip @param {number} whole */
  #label({ movement, from }, whole) {
    return svg`<text x=${this.#share(from)} y=${whole + 18}>${movement.call_s === null ? "" : length(movement.call_s)}</text>`;
  }

  /** @param {Axis} axis @param {Strip[]} drawn */
  #said(axis, drawn) {
    const about = drawn.filter(({ movement }) => judgedOn(movement)?.axis === axis).map(({ movement }) => this.#sentence(movement));
    return [t(`plot.${axis}-label`), ...about].join(". ");
  }

  /** @param {Movement} movement */
  #sentence(movement) {
    const { direction, call_s, state } = movement;
    const time = call_s === null ? "–" : length(call_s);
    const verdict = t(state === "passed" ? "moves.passed" : "phase.failed");
    return t("plot.said", { movement: t(`direction-long.${direction}`), time, peak: this.#peak(movement), verdict });
  }

  /** @param {Movement[]} movements */
  #table(movements) {
    return html`<table class="tbl"><caption class="sr">${t("plot.caption")}</caption>
      <thead><tr><th scope="col">${t("plot.movement")}</th>${["asked", "seconds", "threshold", "peak", "planarity", "verdict"].map((key) => html`<th scope="col" class="r">${t(`plot.${key}`)}</th>`)}</tr></thead>
      <tbody>${movements.map((movement) => this.#row(movement))}</tbody></table>`;
  }

  /** @param {Movement} movement */
  #row(movement) {
    const { direction, call_s, seconds, planarity } = movement;
    return html`<tr><th scope="row">${t(`direction-long.${direction}`)}</th><td class="r">${call_s === null ? "–" : length(call_s)}</td>
      <td class="r">${seconds === null ? "–" : secondsLong(seconds)}</td><td class="r">${this.#threshold(movement)}</td>
      <td class="r num">${this.#peak(movement)}</td><td class="r">${planarity === null ? "–" : decimal(planarity, 2)}</td>
      <td class="r">${this.#verdict(movement)}</td></tr>`;
  }

  /** Degrees of a turn; of anything else how far it went, in hundredths. @param {Movement} movement */
  #peak(movement) {
    const { direction, peak, number } = movement;
    if (number) return number;
    if (direction === "front") return "–";
    if (way(direction)) return angle(signedPeak(movement));
    return peak === null ? "–" : `${Math.round(peak * 100)}%`;
  }

  /** @param {Movement} movement */
  #threshold({ direction, threshold_deg, threshold }) {
    const asked = way(direction);
    if (!asked && threshold) return `≥ ${Math.round(threshold * 100)}%`;
    if (!asked || threshold_deg === null) return "–";
    return `${asked.sign > 0 ? "≥" : "≤"} ${angle(threshold_deg * asked.sign)}`;
  }

  /** @param {Movement} movement */
  #verdict({ state, reason }) {
    if (state === "asked") return pill("", t("plot.asked-now"), "hourglass");
    return state === "passed" ? pill("ok", t("plot.passed"), "check") : pill("bad", t(`fail.${reason ?? "timeout"}`), "x");
  }

  /** @param {Strip[]} drawn */
  #twin(drawn) {
    return html`<details class="twin"><summary>${icon("table")}<span>${t("plot.twin")}</span></summary>
      <div class="sc" tabindex="0" role="group" aria-label=${t("plot.twin")}><table class="tbl"><caption class="sr">${t("plot.twin-caption")}</caption>
        <thead><tr><th scope="col">${t("plot.time")}</th><th scope="col" class="r">${t("pose.yaw")}</th><th scope="col" class="r">${t("pose.pitch")}</th><th scope="col">${t("plot.movement")}</th></tr></thead>
        <tbody>${drawn.flatMap(({ movement }) => halfSeconds(movement.series).map(({ at_s, measure }) => html`<tr><th scope="row" class="num">${length((movement.call_s ?? 0) + at_s)}${(at_s % 1) ? decimal(0.5, 1).slice(1) : ""}</th>
          <td class="r">${angle(measure[1], 1)}</td><td class="r">${angle(measure[2], 1)}</td><td>${t(`direction-long.${movement.direction}`)}</td></tr>`))}</tbody></table></div></details>`;
  }
}
customElements.define("movement-plot", MovementPlot);
