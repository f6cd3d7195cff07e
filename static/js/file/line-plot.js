/** How the line of a call was: a curve of the bit rate for each side, with its troubles; the same as a table. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { decimal, length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { PARTIES, curve, minutes, stretches, topOf } from "./line.js";

/** @typedef {import("./line.js").Party} Party */
/** @typedef {import("./line.js").Minute} Minute */
/** @typedef {import("./line.js").Stretch} Stretch */

const SIZE = { width: 1000, height: 44 };

/** 12,4 %. @param {number} share */
const percent = (share) => `${decimal(share * 100, 1)} %`;

export class LinePlot extends LightElement {
  static properties = { line: { attribute: false }, length_s: { attribute: false }, agent: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Line | null} */
    this.line = null;
    this.length_s = 0;
    /** The agent's name. */
    this.agent = "";
  }

  render() {
    const { line } = this;
    if (!line || !this.length_s || !PARTIES.some((party) => line[party].length)) return nothing;
    const top = topOf(line);
    return html`<section class="panel moves linep" aria-labelledby="h-line"><header>
        <div class="ph"><h2 id="h-line">${t("lineplot.title")}</h2><span class="sub">${t("lineplot.sub")}</span></div>${this.#key()}</header>
      <div class="plots">${PARTIES.map((party) => this.#plot(line, party, top))}</div>
      <details class="twin"><summary>${icon("table")}<span>${t("lineplot.twin")}</span></summary>
        <div class="sc" tabindex="0" role="group" aria-label=${t("lineplot.twin")}>${this.#table(line)}</div></details></section>`;
  }

  #key() {
    return html`<div class="key"><span><svg aria-hidden="true"><line class="ln" x1="0" x2="22" y1="6" y2="6"></line></svg>${t("lineplot.kbps")}</span>
      ${["weak", "bad", "gone"].map((grade) => html`<span><svg aria-hidden="true"><rect class="st ${grade}" x="1" y="1" width="20" height="10"></rect></svg>${t(`lineplot.${grade}`)}</span>`)}</div>`;
  }

  /** @param {Party} party */
  #name(party) {
    return party === "customer" ? t("call.customer") : this.agent;
  }

  /** @param {import("../lib/staff.js").Line} line @param {Party} party @param {number} top */
  #plot(line, party, top) {
    const troubles = stretches(line, party, this.length_s);
    return html`<p class="who">${this.#name(party)}</p>
      <svg class="plot" role="img" aria-label=${this.#said(line, party, troubles)} width="100%" height=${SIZE.height}>
      ${[0, top].map((kbps) => svg`<line class="gr" x1="0" x2="100%" y1=${kbps ? 0 : SIZE.height} y2=${kbps ? 0 : SIZE.height}></line>
        <text x="-8" y=${kbps ? 8 : SIZE.height} text-anchor="end">${kbps ? decimal(kbps / 1000, kbps % 1000 ? 1 : 0) : 0}</text>`)}
      ${troubles.map((stretch) => this.#stretch(stretch))}
      <svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" preserveAspectRatio="none" width="100%" height=${SIZE.height}><path class="ln" d=${curve(line[party], this.length_s, top, SIZE)}></path></svg></svg>`;
  }

  /** @param {Stretch} stretch */
  #stretch({ grade, from_s, to_s }) {
    const share = (/** @type {number} */ at_s) => `${((100 * Math.min(at_s, this.length_s)) / this.length_s).toFixed(2)}%`;
    const tall = { weak: 0.4, bad: 0.7, gone: 1 }[grade] * SIZE.height; // not by colour alone
    return svg`<rect class="st ${grade}" x=${share(from_s)} width=${share(Math.max(to_s - from_s, this.length_s / 200))} y=${SIZE.height - tall} height=${tall}></rect>`;
  }

  /** @param {import("../lib/staff.js").Line} line @param {Party} party @param {Stretch[]} troubles */
  #said(line, party, troubles) {
    const about = troubles.slice(0, 5).map(({ grade, from_s, to_s }) => t("lineplot.stretch", { grade: t(`lineplot.${grade}`), from: length(from_s), to: length(to_s) }));
    const rest = troubles.length > 5 ? [t("lineplot.more", { n: troubles.length - 5 })] : [];
    const none = troubles.length ? [] : [t("lineplot.fine")];
    return [t("lineplot.of", { who: this.#name(party), n: line[party].length }), ...none, ...about, ...rest].join(". ");
  }

  /** @param {import("../lib/staff.js").Line} line */
  #table(line) {
    return html`<table class="tbl"><caption class="sr">${t("lineplot.caption")}</caption>
      <thead><tr><th scope="col">${t("lineplot.from")}</th><th scope="col">${t("lineplot.party")}</th>${["kbps", "loss", "rtt", "fps", "size", "missing"].map((key) => html`<th scope="col" class="r">${t(`lineplot.${key}`)}</th>`)}</tr></thead>
      <tbody>${PARTIES.map((party) => minutes(line[party], this.length_s).map((minute) => this.#row(party, minute)))}</tbody></table>`;
  }

  /** @param {Party} party @param {Minute} minute */
  #row(party, { minute, kbps, loss, worst, rtt_ms, fps, width, height, missing }) {
    return html`<tr><th scope="row" class="num">${length(minute * 60)}</th><td>${this.#name(party)}</td><td class="r">${decimal(kbps / 1000, 2)}</td>
      <td class="r">${percent(loss)} · ${percent(worst)}</td><td class="r">${rtt_ms === null ? "–" : decimal(rtt_ms, 0)}</td><td class="r">${decimal(fps, 0)}</td>
      <td class="r">${width ? `${width}×${height}` : "–"}</td><td class="r">${missing}</td></tr>`;
  }
}
customElements.define("line-plot", LinePlot);
