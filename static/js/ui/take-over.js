/** On the telephone, before anything: go on here only with a code from one's own screen. */

import { html } from "/static/vendor/lit.js";
import { rich, t } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help, hotline, icon, notice } from "./pieces.js";

export class TakeOver extends PageElement {
  render() {
    return html`<main class="page one"><section class="card stack closed">
        <span class="ic">${icon("smartphone")}</span>
        <h1>${t("takeover.title")}</h1>
        <p class="lede">${t("takeover.lede")}</p>
        ${notice("warn", "triangle-alert", rich("takeover.warning", { hotline: hotline(this.config) }))}
        <button class="btn primary lg full" type="button" @click=${() => this.tell("stay")}><span>${t("takeover.go")}</span>${icon("arrow-right")}</button>
      </section>
      ${help(this.config)}</main>`;
  }
}
customElements.define("take-over", TakeOver);
