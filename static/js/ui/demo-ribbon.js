/** Says on every page that this is a demonstration, and where its messages arrive. */

import { html } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";

export class DemoRibbon extends LightElement {
  render() {
    return html`<aside class="ribbon" aria-label="Demo"><b>DEMO</b> <span>${t("demo.ribbon")}</span>
      <a href="/demo/inbox" target="_blank" rel="noopener">${t("demo.inbox")}</a></aside>`;
  }
}
customElements.define("demo-ribbon", DemoRibbon);
