/** Lanes under the player: movements and other marks, each of which jumps; the line's troubles, the time. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { ARROWS } from "../desk/movement-panel.js";
import { look, title } from "../ui/file-events.js";
import { length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { PARTIES, stretches } from "./line.js";
import { marksOf, ticks } from "./marks.js";

/** @typedef {import("../lib/staff.js").Movement} Movement */

/** A mark is never narrower than a finger may hit: WCAG 2.2 asks for 24 px. */
const LEAST_PX = 24;

export class MarkLanes extends LightElement {
  static properties = { file: { attribute: false }, call: { attribute: false }, line: { attribute: false }, length_s: { attribute: false }, at_s: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** @type {import("../lib/staff.js").Call | null} */
    this.call = null;
    /** @type {import("../lib/staff.js").Line | null} */
    this.line = null;
    this.length_s = 0;
    this.at_s = 0;
  }

  render() {
    const { file, call } = this;
    if (!file || !call || !this.length_s) return nothing;
    return html`<div class="lanes" role="group" aria-label=${t("lanes.title")} @click=${this.#jump} @keydown=${this.#press}>
      ${this.#lane("lanes.movements", call.movements.map((movement) => this.#band(movement)))}
      ${this.#lane("lanes.marks", marksOf(file, call).map((event) => this.#mark(event)))}
      ${this.line ? this.#lane("lanes.line", PARTIES.flatMap((party) => this.#troubles(party))) : nothing}
      ${this.#lane("lanes.time", ticks(this.length_s).map((at) => svg`<text x=${this.#share(at)} y="19" text-anchor=${this.#anchor(at)}>${length(at)}</text>`))}
      <div class="head" aria-hidden="true"><svg width="100%" height="100%"><line x1=${this.#share(this.at_s)} x2=${this.#share(this.at_s)} y1="0" y2="100%"></line></svg></div></div>`;
  }

  /** @param {number} at_s */
  #share(at_s) {
    return `${((100 * at_s) / this.length_s).toFixed(2)}%`;
  }

  /** Figures at the ends stay inside. @param {number} at_s */
  #anchor(at_s) {
    if (at_s === 0) return "start";
    return at_s > this.length_s * 0.96 ? "end" : "middle";
  }

  /** @param {string} key @param {unknown[]} marks */
  #lane(key, marks) {
    const silent = key === "lanes.time" || key === "lanes.line"; // said in words elsewhere
    return html`<div class="lane"><span>${t(key)}</span>
      <svg width="100%" height="28" role=${silent ? "presentation" : "group"} aria-label=${silent ? nothing : t(key)}>
        ${key === "lanes.time" ? nothing : svg`<line class="tr" x1="0" x2="100%" y1="14" y2="14"></line>`}${marks}</svg></div>`;
  }

  /** @param {Movement} movement */
  #band({ direction, state, call_s, seconds }) {
    if (call_s === null) return nothing;
    const what = t("plot.said-short", { movement: t(`direction-long.${direction}`), verdict: t(state === "passed" ? "moves.passed" : "phase.failed") });
    const share = `max(${LEAST_PX}px, ${((100 * (seconds ?? 0)) / this.length_s).toFixed(2)}%)`;
    return svg`<svg x=${this.#share(call_s)} y="0" overflow="visible"><g class="bnd ${state === "passed" ? "" : "fail"}" role="button" tabindex="0" data-at=${call_s}
        aria-label=${t("lanes.mark", { time: length(call_s), what })}><title>${what}</title>
        <rect class="b" x="0" y="2" height="24" rx="6" .style=${`width:${share}`}></rect>
        <use href="/static/icons.svg#${ARROWS[direction]}" x="5" y="7" width="14" height="14"></use></g></svg>`;
  }

  /** Where a party's line was not good: the customer's above, the agent's below. @param {import("./line.js").Party} party */
  #troubles(party) {
    if (!this.line) return [];
    return stretches(this.line, party, this.length_s).filter(({ from_s }) => from_s < this.length_s).map(({ grade, from_s, to_s }) => {
      const what = t("lineplot.said", { grade: t(`lineplot.${grade}`), who: t(`party.${party}`), to: length(to_s) });
      const share = `max(4px, ${((100 * (Math.min(to_s, this.length_s) - from_s)) / this.length_s).toFixed(2)}%)`;
      return svg`<svg x=${this.#share(from_s)} y=${party === "customer" ? 4 : 15} overflow="visible"><title>${t("lanes.mark", { time: length(from_s), what })}</title>
        <rect class="st ${grade}" x="0" y="0" height="9" .style=${`width:${share}`}></rect></svg>`;
    });
  }

  /** @param {import("../lib/staff.js").FileEvent & {call_s: number}} event */
  #mark(event) {
    const what = title(event);
    const [, kind] = look(event);
    return svg`<svg x=${this.#share(event.call_s)} y="14" overflow="visible"><g class=${kind === "warn" ? "warn" : ""} role="button" tabindex="0" data-at=${event.call_s}
        aria-label=${t("lanes.mark", { time: length(event.call_s), what })}><title>${what}</title>
        <rect class="hit" x="-12" y="-12" width="24" height="24"></rect><path d="M0-7.5 7 0 0 7.5-7 0Z"></path></g></svg>`;
  }

  /** @param {Event} event */
  #jump(event) {
    const mark = /** @type {Element} */ (event.target).closest("[data-at]");
    if (mark) this.tell("seek", Number(mark.getAttribute("data-at")));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.#jump(event);
  }
}
customElements.define("mark-lanes", MarkLanes);
