/** Photographs of one document in several views, large and side by side: a button, and the sheet it opens. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

export class ViewSheet extends LightElement {
  static properties = { stills: { attribute: false } };

  constructor() {
    super();
    /** Taken ones with a view. @type {import("../lib/staff.js").Still[]} */
    this.stills = [];
  }

  render() {
    if (!this.stills.length) return nothing;
    return html`<button type="button" class="btn sm" @click=${() => this.querySelector("dialog")?.showModal()}>${icon("layout-grid")}<span>${t("doc.compare")}</span></button>
      <dialog class="side-by-side" aria-labelledby="h-views" @click=${this.#outside}>
        <header><h2 id="h-views">${t("doc.compare-title")}</h2><button type="button" class="ib bare" aria-label=${t("close")} @click=${this.#close}>${icon("x")}</button></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="h-views"><p class="muted">${t("doc.compare-hint")}</p>
          <div class="all">${this.stills.map(({ view, url }) => html`<figure><img src=${url} alt=${t(`side.${view}`)} loading="lazy"><figcaption>${t(`side.${view}`)}</figcaption></figure>`)}</div></div></dialog>`;
  }

  #close() {
    this.querySelector("dialog")?.close();
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === event.currentTarget) this.#close();
  }
}
customElements.define("view-sheet", ViewSheet);
