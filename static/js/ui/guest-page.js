/** What an interpreter's link shows: before, in, and after the call. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { deviceHelp } from "./device-help.js";
import "./guest-stage.js";
import { PageElement } from "./page-element.js";
import { help, icon, notice } from "./pieces.js";

export class GuestPage extends PageElement {
  static properties = { ...PageElement.properties, step: { attribute: false }, invitation: { attribute: false }, call: { attribute: false }, version: { attribute: false } };

  constructor() {
    super();
    /** @type {"opening" | "closed" | "unreached" | "before" | "in" | "over"} */
    this.step = "opening";
    /** @type {import("../lib/customer.js").GuestInvitation | null} */
    this.invitation = null;
    /** @type {import("../desk/agent-call.js").AgentCall | null} */
    this.call = null;
    this.version = 0;
  }

  render() {
    if (this.step === "in") return this.#inside();
    if (this.step === "before") return this.#before();
    if (this.step === "unreached") return this.closed();
    if (this.step === "opening") return html`<main class="page one" aria-busy="true"><h1 class="sr">${t("guest.title")}</h1></main>`;
    return html`<main class="page one"><section class="card stack closed"><span class="ic">${icon(this.step === "over" ? "circle-check" : "link")}</span>
      <h1>${t(`guest.${this.step}`)}</h1><p class="lede" role="status">${t(`guest.${this.step}.text`)}</p></section>${help(this.config)}</main>`;
  }

  #before() {
    const note = this.invitation?.note;
    return html`<main class="page one"><section class="card stack closed"><span class="ic">${icon("languages")}</span>
      <h1>${t("guest.title")}</h1><p class="lede">${t("guest.lede")}</p>
      ${note ? html`<p><b>${note}</b></p>` : nothing}
      ${notice("warn", "circle-dot", t("guest.recorded"))}${notice("info", "shield", t("guest.secret"))}
      <button class="btn primary lg full" type="button" @click=${() => this.tell("enter")}>${icon("video")}<span>${t("guest.enter")}</span></button></section>${help(this.config)}</main>`;
  }

  #inside() {
    const failure = this.call?.stand === "blocked" ? this.call.failure : null;
    return html`<main class="guest-call"><h1 class="sr">${t("guest.title")}</h1>
      <p class="rec"><i aria-hidden="true"></i><span>${t(this.call?.recording ? "call.recording" : "guest.connecting")}</span></p>
      ${this.call?.held ? html`<p class="sign" role="status">${icon("pause")} ${t("guest.held")}</p>` : nothing}
      ${failure ? html`<section class="overlay" role="alert"><h2>${t(`device.camera.${failure}`)}</h2>${deviceHelp(failure)}
        <button class="btn primary lg" type="button" @click=${() => this.tell("retry")}>${icon("rotate-ccw")}<span>${t("again")}</span></button></section>` : nothing}
      <guest-stage .call=${this.call} .version=${this.version}></guest-stage></main>`;
  }
}
customElements.define("guest-page", GuestPage);
