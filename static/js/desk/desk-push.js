/** Whether this browser tells of rings, calls that come and summons while the desk's page is not looked at. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { state, turnOff, turnOn } from "../lib/push.js";
import * as staff from "../lib/staff.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";

/** @type {import("../lib/push.js").Place} */
const DESK = { scope: "/staff/", subscribe: staff.subscribe, unsubscribe: staff.unsubscribe };

export class DeskPush extends LightElement {
  static properties = { key: { attribute: false }, known: { attribute: false }, ringing: { state: true }, busy: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** The server's, for push services. */
    this.key = "";
    /** SHA-256 of the addresses the server tells for this agent. @type {string[]} */
    this.known = [];
    /** @type {import("../lib/push.js").Ringing} */
    this.ringing = "none";
    this.busy = false;
    this.failed = false;
  }

  firstUpdated() {
    state(this.key, this.known, DESK).then((ringing) => (this.ringing = ringing), () => undefined);
  }

  render() {
    if (this.ringing === "none" || this.ringing === "install") return nothing;
    const on = this.ringing === "on";
    const said = this.failed ? "failed" : this.ringing === "denied" ? "denied" : on ? "is-on" : "ask";
    return html`<section class="panel in desk-push" aria-labelledby="h-push"><div><h2 id="h-push">${icon("bell-ring")}<span>${t("desk-push.title")}</span></h2><p class="sml" role="status">${t(`desk-push.${said}`)}</p></div>
      ${this.ringing !== "denied" ? html`<button class="btn sm" type="button" ?disabled=${this.busy} @click=${() => this.#turn(on)}>${icon(on ? "x" : "bell-ring")}<span>${t(on ? "desk-push.off" : "desk-push.on")}</span></button>` : nothing}</section>`;
  }

  /** @param {boolean} isOn */
  async #turn(isOn) {
    [this.busy, this.failed] = [true, false];
    try {
      if (isOn) await turnOff(DESK);
      this.ringing = isOn ? "ask" : await turnOn(this.key, DESK);
    } catch {
      this.failed = true; // no push service for this browser, or the server does not know it
    }
    this.busy = false;
  }
}
customElements.define("desk-push", DeskPush);
