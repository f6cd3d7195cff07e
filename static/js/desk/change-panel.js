/** A change the caller asks for: who it is, then the code from the customer's own page, and plainly what came of it. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs } from "../lib/clock.js";
import { t, timeOfDay } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

/** @typedef {import("../lib/staff.js").Authorisation} Authorisation */
/** @typedef {import("../lib/staff.js").Call} Call */
/** @typedef {"service" | "number" | "reference"} Identifier */

/** How each state looks: picture and kind of the line. @type {Record<Authorisation["state"], [picture: string, kind: string]>} */
export const STANDS = {
  asked: ["hourglass", "info"],
  shown: ["hourglass", "info"],
  confirmed: ["shield-check", "good"],
  refused: ["shield-off", "bad"],
  declined: ["shield-off", "bad"],
  lapsed: ["timer", "warn"],
};

/** Where an authorisation stands at an instant: its time may be over before anybody says so.
 * @param {Pick<Authorisation, "state" | "expires_at">} one @param {number} at In milliseconds. @returns {Authorisation["state"]} */
export function standing({ state, expires_at }, at) {
  const waits = state === "asked" || state === "shown";
  return waits && at >= Date.parse(expires_at) ? "lapsed" : state;
}

export class ChangePanel extends LightElement {
  static properties = { file: { attribute: false }, open: { attribute: false }, refusal: { attribute: false }, another: { state: true } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Both are there. */
    this.open = false;
    /** Sentence of the last code that was not right. */
    this.refusal = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** The authorisation after which the agent wants to ask for another. */
    this.another = "";
  }

  render() {
    const call = this.file?.calls.at(-1);
    if (!this.file || !call) return nothing;
    const known = call.identifications.findLast(({ passed }) => passed);
    return html`<section class="box change" aria-labelledby="h-change">
      <header><h2 id="h-change">${t("change.title")}</h2>${known ? pill("ok", t(`change.known-by.${known.by}`), "user-check") : nothing}</header>
      ${known ? this.#second(call) : this.#first(this.file, call)}</section>`;
  }

  /** Who is calling. @param {import("../lib/staff.js").CustomerFile} file @param {Call} call */
  #first({ service, fields }, call) {
    const wrong = call.identifications.length;
    const number = fields.some(({ name, value }) => name === "number" && value);
    return html`<p class="hint">${t("change.first")}</p>
      ${service ? html`<div class="named"><p>${t("change.service")} <b>${service}</b></p><div class="grp">
        <button type="button" class="btn sm primary" ?disabled=${!this.open} @click=${() => this.tell("identify", { by: "service", right: true })}>${icon("check")}<span>${t("change.named")}</span></button>
        <button type="button" class="btn sm" ?disabled=${!this.open} @click=${() => this.tell("identify", { by: "service", right: false })}>${t("change.not-named")}</button></div></div>` : nothing}
      <form class="line" @submit=${this.#identify}>
        <label class="fld sm"><span class="fl">${t(service ? "change.or-by" : "change.by")}</span><select name="by">${number ? html`<option value="number" selected>${t("change.by.number")}</option>` : nothing}<option value="reference">${t("change.by.reference")}</option></select></label>
        <label class="fld"><span class="fl">${t("change.said")}</span><input name="said" maxlength="120" autocomplete="off" required></label>
        <button type="submit" class="btn sm" ?disabled=${!this.open}>${t("change.compare")}</button></form>
      <div role="status" class="sml">${wrong ? html`<span class="badc">${icon("x")}${t("change.unknown", { n: wrong })}</span>` : nothing}</div>`;
  }

  /** The customer's own proof. @param {Call} call */
  #second({ authorisations }) {
    const last = authorisations.at(-1);
    const stands = last ? standing(last, nowMs()) : null;
    const waits = stands === "asked" || stands === "shown";
    const asks = !last || (stands !== "confirmed" && !waits) || this.another === last.id;
    return html`<div role="status">${last && stands ? html`<p class="alert ${STANDS[stands][1]}" data-stands=${stands}>${icon(STANDS[stands][0])}<span><b>${t(`authorisation.${stands}`)}</b> “${last.change}” ${this.#more(last, stands)}</span></p>` : nothing}</div>
      ${last && stands === "shown" ? html`<form class="line" @submit=${(/** @type {SubmitEvent} */ event) => this.#type(event, last.id)}>
        <label class="fld"><span class="fl">${t("change.code")}</span><input name="code" class="num" inputmode="numeric" autocomplete="off" maxlength="6" pattern="[0-9]{6}" required></label>
        <button type="submit" class="btn sm primary" ?disabled=${!this.open}>${icon("shield-check")}<span>${t("change.check")}</span></button></form>
      <div role="alert" class="sml">${this.refusal ? html`<span class="badc">${icon("x")}${this.refusal}</span>` : nothing}</div>` : nothing}
      ${asks ? this.#wish(last?.id ?? "") : html`<button type="button" class="lead" @click=${() => (this.another = last?.id ?? "")}>${t(waits ? "change.reword" : "change.another")}</button>`}`;
  }

  /** @param {Authorisation} last @param {Authorisation["state"]} stands */
  #more({ tries_left, ended_at, expires_at }, stands) {
    if (stands === "confirmed" && ended_at) return html`<span class="num">${timeOfDay(ended_at)}</span>`;
    if (stands === "shown" && tries_left !== null) return html`<span class="num">${t("change.until", { time: timeOfDay(expires_at), n: tries_left })}</span>`;
    return nothing;
  }

  /** @param {string} after The id of the one before. */
  #wish(after) {
    return html`<form class="line" @submit=${this.#ask}>
      <label class="fld"><span class="fl">${t("change.what")}</span><input name="change" maxlength="200" autocomplete="off" required></label>
      <button type="submit" class="btn sm ${after ? "" : "primary"}" ?disabled=${!this.open}>${icon("send")}<span>${t("change.ask")}</span></button></form>
      <p class="hint">${t("change.means")}</p>`;
  }

  /** @param {SubmitEvent} event */
  #identify(event) {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    if (this.open) this.tell("identify", { by: String(said.get("by")), said: String(said.get("said")) });
  }

  /** The words stay until something was asked with them. @param {SubmitEvent} event */
  #ask(event) {
    event.preventDefault();
    if (!this.open) return;
    this.tell("ask-authorisation", String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("change")));
  }

  /** @param {SubmitEvent} event @param {string} id */
  #type(event, id) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!this.open) return;
    this.tell("confirm-authorisation", { id, code: String(new FormData(form).get("code")) });
    form.reset();
  }
}
customElements.define("change-panel", ChangePanel);
