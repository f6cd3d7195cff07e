/** Says on every page that this is a demonstration, and where its messages arrive. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";

export class DemoRibbon extends LightElement {
  static properties = { inbox: {} };

  constructor() {
    super();
    /** There is an inbox behind this door. */
    this.inbox = true;
  }

  render() {
    return html`<aside class="ribbon" aria-label="Demo"><b>DEMO</b> <span>${t("demo.ribbon")}</span>
      ${this.inbox ? html`<a href="/demo/inbox" target="_blank" rel="noopener">${t("demo.inbox")}</a>` : nothing}</aside>`;
  }
}
customElements.define("demo-ribbon", DemoRibbon);
