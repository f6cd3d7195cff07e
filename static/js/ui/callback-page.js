/** The page of a mailed link: the code the agent tells in the call is typed here. */

import { html } from "/static/vendor/lit.js";
import { nowMs } from "../lib/clock.js";
import { plural, rich, t, timeOfDay } from "../lib/i18n.js";
import { DIGITS } from "./code-input.js";
import { PageElement } from "./page-element.js";
import { help, hotline, icon, notice } from "./pieces.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/customer.js").LinkedCallback} LinkedCallback */

/** What the page shows at an instant. @param {LinkedCallback} linked @param {number} at In milliseconds. */
export const standing = ({ state, expires_at: until }, at) => (state === "open" && until && at >= Date.parse(until) ? "over" : state);

export class CallbackPage extends PageElement {
  static properties = { ...PageElement.properties, linked: { attribute: false }, digits: { state: true }, wrong: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    /** @type {LinkedCallback | null} */
    this.linked = null;
    this.digits = "";
    /** The digits standing there were refused. */
    this.wrong = false;
  }

  render() {
    if (this.linked) return this.#shows(this.linked);
    if (this.trouble) return this.closed();
    return html`<main class="page one" aria-busy="true"><h1 class="sr">${t("callback.title")}</h1></main>`;
  }

  /** @param {LinkedCallback} linked */
  #shows(linked) {
    const stands = standing(linked, nowMs());
    if (stands === "open") return this.#asks(linked);
    const isGood = stands === "confirmed";
    return html`<main class="page one" data-callback=${stands}><section class="card stack closed"><span class="ic ${isGood ? "ok" : "warn"}">${icon(isGood ? "circle-check" : "link")}</span>
      <h1>${t(`callback.${stands}`)}</h1><p class="lede" role="status">${t(`callback.${stands}.text`)}</p></section>${help(this.config)}</main>`;
  }

  /** @param {LinkedCallback} linked */
  #asks({ tries_left: left, expires_at: until }) {
    const ready = this.digits.length === DIGITS && !this.busy;
    return html`<main class="page" data-callback="open">
      <section class="intro"><p class="eyebrow">${t("callback.window")}</p><h1>${t("callback.title")}</h1><p class="lede">${t("callback.lede")}</p>
        <div class="aside">${this.#warning()}</div></section>
      <form class="panel" novalidate @submit=${this.#submit}>
        <div class="card stack"><code-input .value=${this.digits} .wrong=${this.wrong} .readonly=${this.busy} .describedBy=${"callback-says"} @typed=${this.#typed}></code-input>
          <div id="callback-says" role="status">${this.trouble ? html`<p class="err">${icon("triangle-alert")}<span>${this.trouble}</span></p>`
            : html`<p class="hint">${plural("callback.good", left, { until: until ? timeOfDay(until) : "" })}</p>`}</div></div>
        <div class="phone-only">${this.#warning()}</div>
        ${help(this.config)}
        <div class="dock bare"><button class="btn primary lg" aria-disabled=${ready ? "false" : "true"}><span>${t(this.wrong ? "code.retry" : "code.confirm")}</span></button></div>
      </form></main>`;
  }

  #warning() {
    return notice("brand", "shield-check", rich("callback.never", { hotline: hotline(this.config) }));
  }

  /** @param {CustomEvent<string>} event */
  #typed({ detail }) {
    this.digits = detail;
    this.wrong = false;
    this.trouble = "";
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.busy) return;
    if (this.digits.length === DIGITS) this.tell("confirm", this.digits);
    else this.querySelector("input")?.focus();
  }
}
customElements.define("callback-page", CallbackPage);
