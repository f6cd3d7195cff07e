/** Pictures of the holder beside each other: from the chip, the bank's app, the print; with their width. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").Portrait} Portrait */

export class PortraitList extends LightElement {
  static properties = { portraits: { attribute: false } };

  constructor() {
    super();
    /** @type {Portrait[]} */
    this.portraits = [];
  }

  render() {
    if (!this.portraits.length) return nothing;
    return html`<section aria-labelledby="h-portraits"><h2 id="h-portraits">${t("portraits.title")}</h2>
      <div class="faces">${this.portraits.map((portrait) => this.#one(portrait))}</div></section>`;
  }

  /** @param {Portrait} portrait */
  #one({ of, url, kept_at, width_px, too_small }) {
    return html`<figure><img src="${url}?at=${encodeURIComponent(kept_at)}" alt=${t(`portrait.${of}`)}>
      <figcaption><b>${t(`portrait.${of}`)}</b><span class="num">${t("portraits.width", { width: width_px })}</span>
        ${too_small ? html`<span class="badc">${icon("triangle-alert")} ${t("portraits.too-small")}</span>` : nothing}</figcaption></figure>`;
  }
}
customElements.define("portrait-list", PortraitList);
