/** The callback code: a link mailed to the customer, the digits the agent tells, and whether they came back. */

import { html, nothing } from "/static/vendor/lit.js";
import { secondsUntil } from "../lib/clock.js";
import { t, timeOfDay } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";
import { vouched } from "../ui/vouched.js";

/** @typedef {import("../lib/staff.js").Callback} Callback */

export class CallbackPanel extends LightElement {
  static properties = { file: { attribute: false }, open: { attribute: false }, told: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Both are there, nothing is decided: a link can be mailed. */
    this.open = false;
    /** The digits to tell, as this page got them once, and when their link was mailed. @type {{code: string, sent_at: string} | null} */
    this.told = null;
  }

  render() {
    if (!this.file) return nothing;
    const callback = this.file.calls.at(-1)?.callback ?? null;
    const isConfirmed = callback?.state === "confirmed";
    return html`<section class="box" aria-labelledby="h-callback" data-callback=${callback?.state ?? "unsent"}>
      <header><h2 id="h-callback">${t("callback.title")}</h2>${isConfirmed ? pill("ok", t("callback.confirmed"), "check") : nothing}</header>
      ${isConfirmed && callback ? html`<p class="hint">${t("callback.vouched", { by: vouched(callback), time: timeOfDay(callback.confirmed_at ?? callback.sent_at) })}</p>`
        : html`${callback ? this.#stands(callback) : html`<p class="hint">${t("callback.hint")}</p>`}${this.#ask(callback)}`}</section>`;
  }

  /** @param {Callback} callback */
  #stands(callback) {
    if (callback.state !== "open") return html`<p role="status">${t(`callback.${callback.state}`)}</p>`;
    const said = `${t("callback.live", { time: timeOfDay(callback.sent_at), n: callback.tries_left })} · ${t(`finish.delivery.${callback.delivery}`)}`;
    const code = this.told?.sent_at === callback.sent_at ? this.told.code : "";
    return html`${code ? html`<p class="heard"><span>${t("callback.tell")}</span><b class="num" data-told>${code.slice(0, 3)} ${code.slice(3)}</b></p>` : html`<p class="hint">${t("callback.untold")}</p>`}
      <p role="status">${said}</p>`;
  }

  /** @param {Callback | null} callback */
  #ask(callback) {
    if (!this.file?.may.mail) return html`<p class="hint">${t("callback.no-mailbox")}</p>`;
    const waits = !this.open || (callback ? secondsUntil(callback.again_at) > 0 : false);
    return html`<button type="button" class="btn sm" data-missing="callback" ?disabled=${waits} @click=${() => this.tell("ask-callback")}>${icon("mail")}<span>${t(callback ? "callback.again" : "callback.ask")}</span></button>`;
  }
}
customElements.define("callback-panel", CallbackPanel);
