/** What wants a second look: a sentence each, and the other files it is about. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").Flag} Flag */

export class FlagList extends LightElement {
  static properties = { flags: { attribute: false } };

  constructor() {
    super();
    /** @type {Flag[]} */
    this.flags = [];
  }

  render() {
    if (!this.flags.length) return nothing;
    return html`<section class="flags" aria-labelledby="h-flags"><h2 id="h-flags">${t("flags.title")}</h2>
      <ul>${this.flags.map((flag) => html`<li class="alert">${icon("flag")}<span>${flag.message}
        ${flag.others.map(({ id, reference }) => html`<a class="num nb" href="/staff/files/${id}" target="_blank" aria-label=${t("flags.open", { reference })}>${reference}</a> `)}</span></li>`)}</ul></section>`;
  }
}
customElements.define("flag-list", FlagList);
