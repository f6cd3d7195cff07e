/** What a phone needs to trust the demo: the certificate, the steps, the fingerprint to compare, a check. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon, notice } from "./pieces.js";

/** @typedef {import("../lib/browsers.js").Platform} Platform */

const PLATFORMS = /** @type {const} */ (["ios", "android", "computer"]);
/** How many steps each kind takes. */
const STEPS = { ios: 5, android: 4, computer: 2 };
const FILES = { ios: "/ekyc-demo-ca.mobileconfig", android: "/ekyc-demo-ca.crt", computer: "/ekyc-demo-ca.crt" };
const SIGNS = /** @type {const} */ ({ checking: ["info", "loader-circle"], refused: ["warn", "shield-alert"], trusted: ["ok", "shield-check"] });

export class TrustPage extends LightElement {
  static properties = { facts: {}, platform: {}, state: {}, next: {} };

  constructor() {
    super();
    /** @type {{name: string, fingerprint: string, https_port: number}} */
    this.facts = { name: "", fingerprint: "", https_port: 0 };
    /** @type {Platform} */
    this.platform = "computer";
    /** @type {keyof typeof SIGNS} */
    this.state = "checking";
    /** Where a phone that trusts goes on. */
    this.next = "";
  }

  render() {
    const trusted = this.state === "trusted";
    return html`<main class="demo">
      <h1>${t("trust.title")}</h1>
      <p class="lede">${t("trust.lede")}</p>
      <section class="card" aria-labelledby="h-state"><h2 id="h-state">${t("trust.check")}</h2>${this.verdict()}
        <p class="actions">${trusted ? html`<a class="btn primary lg" href=${this.next}>${icon("arrow-right")}<span>${t("trust.next")}</span></a>` : nothing}
          <button class="btn ${trusted ? "" : "primary"} lg" ?disabled=${this.state === "checking"} @click=${() => this.tell("again")}>${icon("rotate-ccw")}<span>${t("trust.again")}</span></button></p></section>
      ${trusted ? nothing : this.steps()}
      <section class="card" aria-labelledby="h-compare"><h2 id="h-compare">${t("trust.compare")}</h2>
        <p>${t("trust.compare.text", { name: this.facts.name })}</p>
        <p><code class="fingerprint">${this.facts.fingerprint}</code></p></section>
      <section class="card" aria-labelledby="h-after"><h2 id="h-after">${t("trust.after")}</h2>
        <p>${t("trust.after.reach")}</p><p>${t(`trust.after.${this.platform}`)}</p></section></main>`;
  }

  verdict() {
    const [kind, picture] = SIGNS[this.state];
    return html`<div role="status">${notice(kind, picture, t(`trust.${this.state}`))}</div>`;
  }

  steps() {
    const { platform } = this;
    const numbers = Array.from({ length: STEPS[platform] }, (_, at) => at + 1);
    return html`<section class="card" aria-labelledby="h-steps"><h2 id="h-steps">${t("trust.steps")}</h2>
      <div class="platforms" role="group" aria-label=${t("trust.platform")}>${PLATFORMS.map((name) => html`<button class="btn" type="button" aria-pressed=${name === platform} @click=${() => (this.platform = name)}>${t(`trust.platform.${name}`)}</button>`)}</div>
      <p class="actions"><a class="btn soft lg" href=${FILES[platform]} download>${icon("download")}<span>${t(`trust.download.${platform}`)}</span></a></p>
      <ol class="how">${numbers.map((n) => html`<li><p>${t(`trust.${platform}.${n}`)}</p></li>`)}</ol></section>`;
  }
}
customElements.define("trust-page", TrustPage);
