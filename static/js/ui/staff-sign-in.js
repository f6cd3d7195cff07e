/** Signing in: name and password, then the one-time code; one thing asked at a time. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";
import { languageSwitch } from "./site-header.js";

const FLOWER = html`<svg class="flower" viewBox="0 0 320 240" aria-hidden="true">
  <path d="M160 226C84 220 24 180 8 116c22-10 44-14 66-10 26 34 54 70 86 120Z"></path>
  <path d="M160 226c76-6 136-46 152-110-22-10-44-14-66-10-26 34-54 70-86 120Z"></path>
  <path d="M160 226C92 206 54 152 50 84c24-4 46 0 66 12 12 40 26 84 44 130Z"></path>
  <path d="M160 226c68-20 106-74 110-142-24-4-46 0-66 12-12 40-26 84-44 130Z"></path>
  <path class="c" d="M160 14c36 34 54 74 54 112s-20 74-54 100c-34-26-54-62-54-100s18-78 54-112Z"></path></svg>`;

export class StaffSignIn extends LightElement {
  static properties = {
    me: { attribute: false },
    config: { attribute: false },
    trouble: { attribute: false },
    busy: { attribute: false },
    challenged: { attribute: false },
    shouting: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** The password was right; now the code is asked. */
    this.challenged = false;
    /** Caps Lock is on. */
    this.shouting = false;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("challenged") && changed.get("challenged") !== undefined) this.querySelector("input")?.focus();
  }

  render() {
    return html`<aside class="brandp" aria-label=${t("bank")}>
        <p class="bl"><img src="/static/logo.svg" alt="" width="40" height="40"><span>${t("bank")}</span></p>
        ${FLOWER}
        <div class="bt"><p class="big">${t("sign-in.motto")}</p><p>${t("sign-in.about")}</p></div>
      </aside>
      <main id="main" class="signm">
        ${languageSwitch((code) => this.tell("speak", code))}
        <section class="card" aria-labelledby="h-in">
          <h1 id="h-in">${t("sign-in.title")}</h1>
          <p class="lede">${t(this.challenged ? "sign-in.lede-code" : "sign-in.lede")}</p>
          ${this.challenged ? this.#codeForm() : this.#passwordForm()}
          ${this.config?.demo ? this.#demoNote() : nothing}
        </section>
      </main>`;
  }

  #passwordForm() {
    return html`<form class="pw" aria-label=${t("sign-in.title")} @submit=${this.#password}>
      <label class="fld"><span class="fl">${t("sign-in.login")}</span>
        <input name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
      <label class="fld"><span class="fl">${t("sign-in.password")}</span>
        <input name="password" type="password" autocomplete="current-password" required @keyup=${this.#shout}>
        ${this.shouting ? html`<small>${t("sign-in.caps")}</small>` : nothing}</label>
      ${this.#trouble()}
      <button class="btn primary wide" aria-disabled=${this.busy}>${t("sign-in.next")}</button>
    </form>`;
  }

  #codeForm() {
    return html`<form class="pw" aria-label=${t("sign-in.code")} @submit=${this.#code}>
      <label class="otp"><span class="fl">${t("sign-in.code")}</span>
        <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" pattern="[0-9]{6}"
          placeholder="000000" required aria-describedby="otph">
        <small id="otph">${t("sign-in.code-help")}</small></label>
      ${this.#trouble()}
      <button class="btn primary wide" aria-disabled=${this.busy}>${t("sign-in.enter")}</button>
      <button type="button" class="btn quiet wide" @click=${() => this.tell("start-over")}>${icon("arrow-left")}<span>${t("sign-in.back")}</span></button>
    </form>`;
  }

  #trouble() {
    return html`<div role="alert" class="all">${this.trouble
      ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>`;
  }

  #demoNote() {
    return html`<p class="alert info demo-note">${icon("info")}<span>${t(this.challenged ? "sign-in.demo-code" : "sign-in.demo")}
      ${this.challenged ? html`<a href="/demo/inbox" target="_blank" rel="noopener">${t("sign-in.demo-inbox")}</a>` : nothing}</span></p>`;
  }

  /** @param {KeyboardEvent} event */
  #shout(event) {
    this.shouting = event.getModifierState("CapsLock");
  }

  /** @param {SubmitEvent} event */
  #password(event) {
    const said = this.#said(event);
    if (said) this.tell("password", { login: said.get("login"), password: said.get("password") });
  }

  /** @param {SubmitEvent} event */
  #code(event) {
    const said = this.#said(event);
    if (said) this.tell("code", said.get("code"));
  }

  /** What was typed; null while the last try is still on its way. @param {SubmitEvent} event */
  #said(event) {
    event.preventDefault();
    return this.busy ? null : new FormData(/** @type {HTMLFormElement} */ (event.target));
  }
}
customElements.define("staff-sign-in", StaffSignIn);
