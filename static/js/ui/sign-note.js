/** The customer's silent sign, for staff: that it was given, when, and what to do now. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { dayAndClock } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

export class SignNote extends LightElement {
  static properties = { signs: { attribute: false }, call: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Sign[]} */
    this.signs = [];
    /** The call that goes on; empty: the file is only read. */
    this.call = "";
  }

  render() {
    const last = this.signs.at(-1);
    if (!last) return nothing;
    const now = last.call === this.call;
    return html`<div class="alert warn silent" role="status">${icon("shield-alert")}<div><b>${t(now ? "sign.now" : "sign.before", { when: dayAndClock(last.at) })}</b>
      <p>${t(now ? "sign.now-do" : "sign.before-do")}</p></div></div>`;
  }
}
customElements.define("sign-note", SignNote);
