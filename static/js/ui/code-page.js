/** The one-time code: to which number, how long it lasts, and when another may be sent. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs, secondsUntil } from "../lib/clock.js";
import { plural, rich, t, timeOfDay } from "../lib/i18n.js";
import { DIGITS } from "./code-input.js";
import { PageElement } from "./page-element.js";
import { help, hotline, icon, notice, ring, steps } from "./pieces.js";
import { slowSwitch } from "./slow-wish.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/customer.js").Code} Code */
/** @typedef {"unsent" | "sent" | "expired" | "void"} Standing */

/** How the code stands at an instant. @param {Code | null} code @param {number} at In milliseconds. @returns {Standing} */
export function standing(code, at) {
  if (!code) return "unsent";
  if (code.tries_left <= 0) return "void";
  if (at >= Date.parse(code.expires_at)) return "expired";
  return "sent";
}

/** The catalogue's words differ where the message is a call. @param {Code | null} code */
const spoken = (code) => (code?.channel === "voice" ? ".voice" : "");

/** A voice reads this code, or would read the next: whoever wishes it hears it slowly. @param {Code} code */
const isRead = ({ channel, again_by: by }) => channel === "voice" || by === "voice";

/** Refusals of a try that say what the page says of the code itself. */
const OVER = ["code-void", "code-expired"];
const DELIVERY = /** @type {const} */ ({
  sending: ["muted", "send"],
  handed: ["muted", "send"],
  delivered: ["ok", "circle-check"],
  failed: ["bad", "triangle-alert"],
});

export class CodePage extends PageElement {
  static properties = { ...PageElement.properties, digits: { state: true }, wrong: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    this.digits = "";
    /** The digits standing there were refused. */
    this.wrong = false;
  }

  /** @param {import("../lib/customer.js").CustomerView} view */
  content(view) {
    if (!view.phone.verified) return this.unverified(view);
    const stands = standing(view.code, nowMs());
    const warning = notice("brand", "shield-check", t("code.never"));
    return html`<main class="page">
      <section class="intro">
        ${steps("phone")}
        <h1>${t(stands === "unsent" ? "code.title.unsent" : "code.title")}</h1>
        <p class="lede">${rich(`code.lede${stands === "unsent" ? ".unsent" : spoken(view.code)}`, { phone: html`<b class="num nb">${view.phone.masked}</b>` })}</p>
        <div class="aside">${warning}</div>
      </section>
      <form class="panel" @submit=${this.submit} novalidate>
        <section class="card stack number"><p>${icon("building-2")}<span>${this.provenance(view.phone)}</span></p>
          <p>${icon("phone")}<span>${rich("code.phone.wrong", { hotline: hotline(this.config) })}</span></p></section>
        ${view.code ? html`<div class="card stack">
          <code-input .value=${this.digits} .wrong=${this.wrong} .readonly=${this.busy} .describedBy=${"code-says"} @typed=${this.typed}></code-input>
          <div id="code-says" role="status">${this.says(view.code, stands)}</div></div>` : nothing}
        ${view.code ? this.resend(view, view.code) : nothing}
        <div class="phone-only">${warning}</div>
        ${help(this.config)}
        <div class="dock bare">${view.code ? nothing : this.troubleLine()}${this.act(stands)}</div>
      </form></main>`;
  }

  /** Nobody vouches for the number: how one is registered. @param {import("../lib/customer.js").CustomerView} view */
  unverified({ phone }) {
    return html`<main class="page"><section class="intro">${steps("phone")}<h1>${t("code.unverified.title")}</h1>
        <p class="lede"><b class="num nb">${phone.masked}</b></p></section>
      <div class="panel"><section class="card stack"><p>${t("code.unverified")}</p>
          <ol class="ways">${[1, 2, 3].map((way) => html`<li>${t(`code.unverified.${way}`)}</li>`)}
            <li>${rich("code.unverified.4", { hotline: hotline(this.config) })}</li></ol></section>
        ${help(this.config)}</div></main>`;
  }

  /** @param {import("../lib/customer.js").CustomerView["phone"]} phone */
  provenance({ as_of: asOf }) {
    const [year, month, day] = asOf.split("-");
    return day ? t("code.phone.source.dated", { date: `${day}/${month}/${year}` }) : t("code.phone.source");
  }

  /** What is said under the digits. @param {Code} code @param {Standing} stands */
  says(code, stands) {
    const isOver = stands === "void" || stands === "expired";
    if (isOver && (!this.trouble || OVER.includes(this.refusal?.code ?? ""))) return this.fault(t(`code.${stands}`));
    if (this.trouble) return this.fault(this.trouble);
    const times = { time: timeOfDay(code.sent_at), until: timeOfDay(code.expires_at) };
    return html`<p class="hint">${t(code.channel === "voice" ? "code.said" : "code.sent", times)}</p>${this.delivery(code)}`;
  }

  /** How far the message has come, as the operator says. @param {Code} code */
  delivery(code) {
    const [tone, sign] = DELIVERY[code.state];
    return html`<p class="delivery ${tone}" data-state=${code.state}>${icon(sign)}<span>${t(`code.state.${code.state}${spoken(code)}`)}</span></p>`;
  }

  /** @param {import("../lib/i18n.js").Text} text */
  fault(text) {
    return html`<p class="err">${icon("triangle-alert")}<span>${text}</span></p>`;
  }

  /** Another code, once it may be asked for: a void one has to wait like any other.
   * @param {import("../lib/customer.js").CustomerView} view @param {Code} code */
  resend(view, code) {
    const wish = isRead(code) ? html`<div class="wish">${slowSwitch(this, view)}</div>` : nothing;
    const seconds = secondsUntil(code.again_at);
    const whole = Math.max(1, (Date.parse(code.again_at) - Date.parse(code.sent_at)) / 1000);
    if (seconds > 0) return html`<section class="card resend" aria-labelledby="h-again">${ring(seconds / whole, seconds)}
      <div><h2 class="h3" id="h-again">${t(`code.again.title${spoken(code)}`)}</h2><p class="muted">${plural("code.again.wait", seconds)}</p></div>${wish}</section>`;
    const calls = code.again_by === "voice" && nowMs() < Date.parse(code.expires_at);
    return html`<section class="card resend" aria-labelledby="h-again"><span class="ic">${icon(calls ? "phone" : "message-square")}</span>
      <div><h2 class="h3" id="h-again">${t(`code.again.title${spoken(code)}`)}</h2><p class="muted">${t(calls ? "code.again.text.voice" : "code.again.text")}</p></div>
      <button class="btn soft lg" type="button" data-by=${calls ? "voice" : "sms"} ?disabled=${this.busy} @click=${() => this.tell("send", null)}>${icon(calls ? "phone" : "rotate-ccw")}<span>${t("code.again")}</span></button>
      ${calls ? html`<button class="btn quiet" type="button" data-by="written" ?disabled=${this.busy} @click=${() => this.tell("send", "sms")}><span>${t("code.again.sms")}</span></button>` : nothing}${wish}</section>`;
  }

  /** The one primary button. @param {Standing} stands */
  act(stands) {
    if (stands === "unsent") return html`<button class="btn primary lg" ?disabled=${this.busy}><span>${t("code.send")}</span>${icon("arrow-right")}</button>`;
    const ready = this.digits.length === DIGITS && !this.busy;
    return html`<button class="btn primary lg" aria-disabled=${ready ? "false" : "true"}><span>${t(this.wrong ? "code.retry" : "code.confirm")}</span></button>`;
  }

  /** @param {CustomEvent<string>} event */
  typed({ detail }) {
    this.digits = detail;
    this.wrong = false;
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    if (this.busy) return;
    if (!this.view?.code) return this.tell("send", null);
    if (this.digits.length === DIGITS) return this.tell("confirm", this.digits);
    this.querySelector("input")?.focus();
  }
}
customElements.define("code-page", CodePage);
