/** The picture of the call: the customer large, oneself beside, the gauges, the three controls. */

import { html, nothing } from "/static/vendor/lit.js";
import { weakness } from "../call/quality.js";
import { nowMs } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { length } from "../ui/format.js";
import { guestTile } from "../ui/guest-tile.js";
import { LightElement } from "../ui/light-element.js";
import { icon, steady } from "../ui/pieces.js";
import { placeText } from "../ui/place-text.js";
import { Ticking } from "../ui/ticking.js";
import "./pose-gauges.js";
import "./still-strip.js";

/** @typedef {import("./agent-call.js").AgentCall} AgentCall */

/** What stands over the customer's picture; a live call has nothing there. */
const SIGNS = { devices: "video", blocked: "video-off", joining: "loader-circle", alone: "hourglass", gone: "wifi-off", lost: "wifi-off", elsewhere: "copy", over: "phone-off" };

export class CallStage extends LightElement {
  static properties = { call: { attribute: false }, version: { attribute: false }, movement: { attribute: false }, stills: { attribute: false }, open: { attribute: false }, silent: { state: true } };

  constructor() {
    super();
    /** @type {AgentCall | null} */
    this.call = null;
    /** Grows when the call has news: the call itself stays the same object. */
    this.version = 0;
    /** The asked movement as the file knows it, with its threshold. @type {import("../lib/staff.js").Movement | null} */
    this.movement = null;
    /** Photographs asked for in this call. @type {import("../lib/staff.js").Still[]} */
    this.stills = [];
    /** Both are there, nothing is decided: a photograph can be asked for. */
    this.open = false;
    /** The browser wants a touch before it lets the customer be heard. */
    this.silent = false;
    this.ticking = new Ticking(this);
  }

  render() {
    const call = this.call;
    if (!call) return nothing;
    return html`<section class="stage" aria-label=${t("call.video")}>
      ${this.#customer(call)}
      <div class="side">
        <div class="row">${call.guests.map((guest) => guestTile(guest, call.pairs[guest.pair] ?? null))}<figure class="tile agt"><video autoplay playsinline .muted=${true} .srcObject=${steady(call.own.stream)} aria-label=${t("call.own-video")}></video>
          ${call.own.dark ? html`<span class="off">${icon("video-off")}</span>` : nothing}
          <figcaption><b>${t("call.you")}</b>${call.own.muted ? html`<span>${icon("mic-off")} ${t("call.muted")}</span>` : nothing}
            ${call.own.hold.trouble ? html`<span role="alert">${icon("triangle-alert")} ${t(`call.held.${call.own.hold.trouble.device}`)}</span>` : nothing}</figcaption></figure></div>
        <still-strip .stills=${this.stills}></still-strip>
        <pose-gauges .progress=${call.progress} .movement=${this.movement}></pose-gauges>
      </div>
      ${this.#controls(call)}</section>`;
  }

  /** @param {AgentCall} call */
  #customer(call) {
    const live = call.stand === "live";
    const { quality } = call;
    return html`<figure class="tile cust ${live ? "" : "dim"}">
      <video autoplay playsinline .srcObject=${steady(call.remote)} aria-label=${t("call.customer-video")} @playing=${() => (this.silent = false)} @loadedmetadata=${this.#play}></video>
      ${call.progress ? html`<svg class="pose" viewBox="0 0 600 800" aria-hidden="true"><path d="M150 130v-22a20 20 0 0 1 20-20h30M400 88h30a20 20 0 0 1 20 20v22M450 520v22a20 20 0 0 1-20 20h-30M200 562h-30a20 20 0 0 1-20-20v-22"></path></svg>` : nothing}
      <div class="over" role="status">${live ? this.#weakness(call) : this.#sign(call)}</div>
      ${this.silent && live ? html`<button type="button" class="btn sm unmute" @click=${this.#play}>${icon("volume-2")}<span>${t("call.hear")}</span></button>` : nothing}
      <figcaption><b>${t("call.customer")}</b>${live && call.customerIs.muted ? html`<span>${icon("mic-off")} ${t("call.customer-muted")}</span>` : nothing}
        ${live && call.customerIs.dark ? html`<span>${icon("video-off")} ${t("call.customer-dark")}</span>` : nothing}${live && quality ? html`<span class="num">${quality.height}p · ${Math.round(quality.fps)} fps</span>` : nothing}
        ${live && call.place ? html`<span class="num">${icon("map-pin")} <span class="sr">${t("place.title")}</span>${placeText(call.place)}</span>` : nothing}</figcaption></figure>`;
  }

  /** What is done about a weak line, in a sentence. @param {AgentCall} call */
  #weakness({ steps }) {
    const weak = weakness(steps);
    return weak ? html`<p class="weak" data-weak=${weak}>${icon("signal")}<span>${t(`line.${weak}`)}</span></p>` : nothing;
  }

  /** @param {AgentCall} call */
  #sign(call) {
    const stand = /** @type {keyof typeof SIGNS} */ (call.stand);
    const left = stand === "gone" && call.waitsUntil ? (call.waitsUntil - nowMs()) / 1000 : null;
    const said = call.failure ? t(`device.${call.failure}`) : call.problem || t(`stand.${stand}-more`);
    return html`<div class="sign ${stand}">${icon(SIGNS[stand])}<b>${t(`stand.${stand}`)}</b><p>${said}</p>
      ${left === null ? nothing : html`<span class="count num" role="timer">${length(left)}</span>`}
      ${stand === "elsewhere" ? html`<button type="button" class="btn sm" @click=${() => this.tell("retry")}>${icon("corner-up-left")}<span>${t("stand.elsewhere-do")}</span></button>` : nothing}
      ${stand === "blocked" ? html`<button type="button" class="btn sm" @click=${() => this.tell("retry")}>${icon("rotate-ccw")}<span>${t("test.again")}</span></button>` : nothing}</div>`;
  }

  /** @param {AgentCall} call */
  #controls(call) {
    return html`<div class="ctl" role="group" aria-label=${t("call.controls")}>
      <button type="button" aria-label=${t("call.microphone")} aria-pressed=${!call.own.muted} class=${call.own.muted ? "off" : ""} @click=${() => call.own.mute(!call.own.muted)}>${icon(call.own.muted ? "mic-off" : "mic")}</button>
      <button type="button" aria-label=${t("call.camera")} aria-pressed=${!call.own.dark} class=${call.own.dark ? "off" : ""} @click=${() => call.own.darken(!call.own.dark)}>${icon(call.own.dark ? "video-off" : "video")}</button>
      <button type="button" aria-label=${t("call.flip")} title=${t("call.flip")} ?disabled=${call.stand !== "live"} @click=${() => call.wishCamera()}>${icon("switch-camera")}</button>
      <button type="button" aria-label=${t("ask-in.open")} title=${t("ask-in.open")} ?disabled=${call.stand !== "live"} @click=${() => this.tell("ask-in-open")}>${icon("user-plus")}</button>
      ${this.#ask("document", "id-card")}${this.#ask("face", "scan-face")}
      <button type="button" class="hang" @click=${() => this.tell("hang-up")}>${icon("phone-off")}<span>${t("call.hang-up")}</span></button></div>`;
  }

  /** @param {"document" | "face"} of @param {string} picture */
  #ask(of, picture) {
    return html`<button type="button" class="ask" aria-label=${t(`stills.ask.${of}`)} title=${t(`stills.ask.${of}`)} ?disabled=${!this.open} @click=${() => this.tell("ask-still", of)}>${icon(picture)}<span aria-hidden="true">${t(`stills.short.${of}`)}</span></button>`;
  }

  #play() {
    const video = /** @type {HTMLVideoElement | null} */ (this.querySelector(".cust video"));
    video?.play().then(() => (this.silent = false), () => (this.silent = true));
  }
}
customElements.define("call-stage", CallStage);
