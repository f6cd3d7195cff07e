/** The photographs of a document, side by side; a click shows one large. */

import { html, nothing } from "/static/vendor/lit.js";
import { hasText, t } from "../lib/i18n.js";
import { dayAndClock } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").Photograph} Photograph */

/** An address that changes with the photograph, so that no old picture is shown. @param {Photograph} photograph */
const address = ({ url, taken_at }) => `${url}?at=${encodeURIComponent(taken_at)}`;

export class DocumentPhotos extends LightElement {
  static properties = { photographs: { attribute: false }, told: { attribute: false }, large: { state: true }, original: { state: true } };

  constructor() {
    super();
    /** @type {Photograph[]} */
    this.photographs = [];
    /** Say under each picture where it came from and when. */
    this.told = false;
    /** @type {Photograph | null} */
    this.large = null;
    this.original = false;
  }

  updated() {
    const dialog = this.querySelector("dialog");
    if (dialog && this.large && !dialog.open) dialog.showModal();
  }

  render() {
    if (!this.photographs.length) return html`<p class="alert calm">${icon("info")}<span>${t("photos.none")}</span></p>`;
    return html`<div class="ids">${this.photographs.map((photograph) => this.#small(photograph))}</div>
      <dialog class="big-photo" aria-label=${this.large ? t(`side.${this.large.side}`) : ""} @close=${() => (this.large = null)}
        @click=${this.#outside}>${this.large ? this.#view(this.large) : nothing}</dialog>`;
  }

  /** @param {Photograph} photograph */
  #small(photograph) {
    const side = t(`side.${photograph.side}`);
    return html`<figure><button type="button" aria-label=${t("photos.enlarge", { side })} @click=${() => this.#enlarge(photograph)}>
        <img src=${address(photograph)} alt=${side}></button>
      <figcaption class="num">${this.told ? this.#caption(photograph) : side}</figcaption>
      ${photograph.origin === "upload" ? html`<p class="pill warn">${icon("triangle-alert")}<span>${t("photos.uploaded")}</span></p>` : nothing}</figure>`;
  }

  /** @param {Photograph} photograph */
  #caption({ side, origin, taken_at, state }) {
    const came = hasText(`origin.${origin}`) ? t(`origin.${origin}`) : origin;
    return html`<span>${t(`side.${side}`)} · ${came}</span>
      <span>${dayAndClock(taken_at)}${state === "refused" ? html` · <b class="badc">${t("photos.refused")}</b>` : nothing}</span>`;
  }

  /** @param {Photograph} photograph */
  #view(photograph) {
    const shown = address(photograph) + (this.original ? "&original=1" : "");
    const which = html`<div class="seg" role="group" aria-label=${t("photos.which")}>${[false, true].map((original) => html`
          <button type="button" aria-pressed=${this.original === original} @click=${() => (this.original = original)}>${t(original ? "photos.original" : "photos.straight")}</button>`)}</div>`;
    return html`<header><h2>${t(`side.${photograph.side}`)}</h2>${photograph.origin === "call" ? nothing : which}
        <button type="button" class="ib bare" aria-label=${t("close")} @click=${this.#close}>${icon("x")}</button></header>
      <img src=${shown} alt=${t(`side.${photograph.side}`)}>`;
  }

  /** @param {Photograph} photograph */
  #enlarge(photograph) {
    this.original = false;
    this.large = photograph;
  }

  #close() {
    this.querySelector("dialog")?.close();
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === event.currentTarget) this.#close();
  }
}
customElements.define("document-photos", DocumentPhotos);
