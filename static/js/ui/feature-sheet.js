/** What to look at on a document, to tilt and to feel: a button, and the sheet it opens. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { DRAWINGS, GENERAL } from "./features.js";
import { documentName } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("./features.js").Drawing} Drawing */

export class FeatureSheet extends LightElement {
  static properties = { kind: {} };

  constructor() {
    super();
    /** Of the document; empty until chosen. */
    this.kind = "";
  }

  render() {
    if (!this.kind) return nothing;
    return html`<button type="button" class="btn sm" @click=${() => this.querySelector("dialog")?.showModal()}>${icon("shield-check")}<span>${t("feature.open")}</span></button>
      <dialog class="features" aria-labelledby="h-features" @click=${this.#outside}>
        <header><h2 id="h-features">${t("feature.title", { kind: documentName(this.kind) })}</h2>
          <button type="button" class="ib bare" aria-label=${t("close")} @click=${this.#close}>${icon("x")}</button></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="h-features">
          ${this.kind === "cmnd" ? html`<p class="alert">${icon("triangle-alert")}<span>${t("feature.cmnd")}</span></p>` : nothing}
          ${this.#drawings(DRAWINGS[this.kind] ?? [])}
          <section><h3>${t("feature.general")}</h3><ul class="do">${GENERAL.map(([picture, text]) => html`<li>${icon(picture)}<span>${t(`feature.${text}`)}</span></li>`)}</ul></section>
          <p class="muted">${t("feature.source")}</p></div></dialog>`;
  }

  /** @param {Drawing[]} drawings */
  #drawings(drawings) {
    let before = 0;
    return drawings.map((drawing) => {
      const first = before + 1;
      before += drawing.marks.length;
      return html`<section class="side-of"><h3>${t(`side.${drawing.side}`)}</h3>${this.#picture(drawing, first)}
        <ol start=${first}>${drawing.marks.map(({ text }) => html`<li>${t(`feature.${text}`)}</li>`)}</ol></section>`;
    });
  }

  /** @param {Drawing} drawing @param {number} first Number of its first mark. */
  #picture({ side, width, height, marks }, first) {
    return html`<svg class="map" viewBox="-1 -1 ${width + 2} ${height + 2}" role="img" aria-label=${t("feature.map", { side: t(`side.${side}`) })}>
      <rect class="paper" width=${width} height=${height} rx="3.2"></rect>
      ${marks.map(({ boxes }, at) => boxes.map(([x, y, wide, high]) => svg`<rect class="spot" x=${x} y=${y} width=${wide} height=${high} rx="1.2"></rect>
        <circle class="no" cx=${x + wide / 2} cy=${y + high / 2} r=${width / 34}></circle><text x=${x + wide / 2} y=${y + high / 2} font-size=${width / 26}>${first + at}</text>`))}</svg>`;
  }

  #close() {
    this.querySelector("dialog")?.close();
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === event.currentTarget) this.#close();
  }
}
customElements.define("feature-sheet", FeatureSheet);
