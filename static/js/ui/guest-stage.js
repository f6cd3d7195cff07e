/** A guest's view of a call: customer and agent side by side, whoever else is there, oneself small, the controls. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { guestTile } from "./guest-tile.js";
import { LightElement } from "./light-element.js";
import { icon, steady } from "./pieces.js";

/** @typedef {import("../desk/agent-call.js").AgentCall} AgentCall */

export class GuestStage extends LightElement {
  static properties = { call: { attribute: false }, version: { attribute: false }, leaves: { attribute: false } };

  constructor() {
    super();
    /** @type {AgentCall | null} */
    this.call = null;
    /** Grows with every news: the call itself stays the same object. */
    this.version = 0;
    /** Whether there is a way out among the controls. */
    this.leaves = true;
  }

  render() {
    const { call } = this;
    if (!call) return nothing;
    return html`<section class="stage wide-stage" aria-label=${t("guest-stage.video")}>
      ${this.#party("customer", call.remote)}${this.#party("agent", call.pairs[1] ?? null)}
      ${call.guests.map((guest) => guestTile(guest, call.pairs[guest.pair] ?? null))}
      ${call.speaks ? html`<figure class="tile mine"><video autoplay playsinline .muted=${true} .srcObject=${steady(call.own.stream)} aria-label=${t("guest-stage.own")}></video>
        ${call.own.dark ? html`<span class="off">${icon("video-off")}</span>` : nothing}<figcaption><b>${t("guest-stage.you")}</b></figcaption></figure>` : nothing}
      ${call.speaks || this.leaves ? this.#controls(call) : nothing}</section>`;
  }

  /** @param {"customer" | "agent"} who @param {MediaStream | null} stream */
  #party(who, stream) {
    const stand = this.call?.stand ?? "joining";
    return html`<figure class="tile ${who}"><video autoplay playsinline .srcObject=${steady(stream)} aria-label=${t(`guest-stage.${who}`)}></video>
      ${stand === "live" ? nothing : html`<div class="over" role="status"><p class="sign">${icon(stand === "lost" || stand === "gone" ? "wifi-off" : "loader-circle")}<b>${t(`guest-stage.${stand}`)}</b></p></div>`}
      <figcaption><b>${t(`guest-stage.${who}`)}</b></figcaption></figure>`;
  }

  /** @param {AgentCall} call */
  #controls(call) {
    return html`<div class="ctl" role="group" aria-label=${t("guest-stage.controls")}>
      ${call.speaks ? html`<button type="button" aria-label=${t("guest-stage.microphone")} aria-pressed=${!call.own.muted} class=${call.own.muted ? "off" : ""} @click=${() => call.own.mute(!call.own.muted)}>${icon(call.own.muted ? "mic-off" : "mic")}</button>
      <button type="button" aria-label=${t("guest-stage.camera")} aria-pressed=${!call.own.dark} class=${call.own.dark ? "off" : ""} @click=${() => call.own.darken(!call.own.dark)}>${icon(call.own.dark ? "video-off" : "video")}</button>` : nothing}
      ${this.leaves ? html`<button type="button" class="hang" @click=${() => this.tell("guest-leave")}>${icon("log-out")}<span>${t("guest-stage.leave")}</span></button>` : nothing}</div>`;
  }
}
customElements.define("guest-stage", GuestStage);
