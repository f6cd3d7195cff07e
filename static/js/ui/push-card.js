/** Whether this device rings at the time of the appointment, and turning that on and off. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { state, turnOff, turnOn } from "../lib/push.js";
import { LightElement } from "./light-element.js";
import { icon, notice } from "./pieces.js";

export class PushCard extends LightElement {
  static properties = { key: { attribute: false }, known: { attribute: false }, time: { attribute: false }, ringing: { state: true }, busy: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** The server's, for push services. */
    this.key = "";
    /** SHA-256 of the addresses the server rings for this customer. @type {string[]} */
    this.known = [];
    /** When it will ring, in words; empty: when the turn in the queue is near. */
    this.time = "";
    /** @type {import("../lib/push.js").Ringing} */
    this.ringing = "none";
    this.busy = false;
    this.failed = false;
  }

  firstUpdated() {
    state(this.key, this.known).then((ringing) => (this.ringing = ringing), () => undefined);
  }

  render() {
    const useless = !this.time && this.ringing === "denied"; // the message comes in any case
    if (this.ringing === "none" || useless) return nothing;
    return html`<section class="card stack push" aria-labelledby="h-push"><div class="hd"><h2 id="h-push">${icon("bell-ring")}<span>${t("push.title")}</span></h2></div>
      ${this.#said()}</section>`;
  }

  #said() {
    if (this.failed) return notice("warn", "message-square", t(this.time ? "push.failed" : "push.failed.turn"));
    if (this.ringing === "denied") return notice("warn", "message-square", t("push.denied"));
    if (this.ringing === "install") return notice("info", "smartphone", t("push.install"));
    const on = this.ringing === "on";
    return html`<p class="small" role="status">${this.time ? t(on ? "push.is-on" : "push.ask", { time: this.time }) : t(on ? "push.is-on.turn" : "push.ask.turn")}</p>
      <button class="btn ${on ? "" : "soft"} full" type="button" ?disabled=${this.busy} @click=${() => this.#turn(on)}>${icon(on ? "x" : "bell-ring")}<span>${t(on ? "push.off" : "push.on")}</span></button>`;
  }

  /** @param {boolean} isOn */
  async #turn(isOn) {
    this.busy = true;
    try {
      if (isOn) await turnOff();
      this.ringing = isOn ? "ask" : await turnOn(this.key);
    } catch {
      this.failed = true; // no push service for this browser, or the server does not know it
    }
    this.busy = false;
  }
}
customElements.define("push-card", PushCard);
