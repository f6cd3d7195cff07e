/** The line on top: the way back, the bank, the language. */

import { html, nothing } from "/static/vendor/lit.js";
import { language, t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

const NAMES = { vi: "VI, Tiếng Việt", en: "EN, English" };

/** Two buttons; each says its own language's name in that language. @param {(language: string) => void} speak */
export const languageSwitch = (speak) => html`<div class="lang" role="group" aria-label="Ngôn ngữ / Language">
  ${Object.entries(NAMES).map(([code, name]) => html`<button type="button" lang=${code} aria-label=${name}
    aria-pressed=${code === language()} @click=${() => speak(code)}>${code.toUpperCase()}</button>`)}</div>`;

export class SiteHeader extends LightElement {
  static properties = { back: {} };

  constructor() {
    super();
    this.back = "";
  }

  render() {
    return html`<header class="top">
      ${this.back ? html`<a class="ib" href=${this.back} aria-label=${t("back")}>${icon("arrow-left")}</a>` : nothing}
      <p class="brand"><img src="/static/logo.svg" alt="" width="28" height="28"><span>${t("bank")}</span></p>
      ${languageSwitch((code) => this.tell("speak", code))}</header>`;
  }
}
customElements.define("site-header", SiteHeader);
