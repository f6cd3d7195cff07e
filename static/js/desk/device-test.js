/** Camera and microphone, tried before an agent takes calls: a picture that moves, a voice that is heard. */

import { html, nothing } from "/static/vendor/lit.js";
import * as devices from "../call/devices.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill, steady } from "../ui/pieces.js";
import { Listener } from "./loudness.js";

const LOOK_MS = 100;
const BARS = 20;
/** A spoken word reaches a third of the scale; the hum of a room does not. */
const HEARD = 1 / 3;

/** @typedef {"unasked" | "asked" | "open"} Stand */

export class DeviceTest extends LightElement {
  static properties = {
    ready: { attribute: false },
    stand: { state: true },
    failure: { state: true },
    seen: { state: true },
    heard: { state: true },
    level: { state: true },
    choices: { state: true },
  };

  constructor() {
    super();
    /** The server knows of a passed test. */
    this.ready = false;
    /** @type {Stand} */
    this.stand = "unasked";
    /** @type {import("../call/devices.js").Failure | null} */
    this.failure = null;
    this.seen = false;
    this.heard = false;
    this.level = 0;
    /** @type {{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}} */
    this.choices = { cameras: [], microphones: [] };
    /** @type {import("../call/devices.js").Choice} */
    this.chosen = {};
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {Listener | null} */
    this.listener = null;
    this.timer = 0;
    /** Stops waiting for a device that was missing. */
    this.forget = () => {};
  }

  disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }

  render() {
    return html`<section class="panel tst" aria-labelledby="h-t">
      <header><div class="ph"><h2 id="h-t">${t("test.title")}</h2></div>${this.#verdict()}</header>
      <div class="in tg">
        <figure class="tile pv">${this.stand === "open"
          ? html`<video autoplay playsinline .muted=${true} .srcObject=${steady(this.stream)} aria-label=${t("test.preview")}></video><figcaption class="num">${this.#size()}</figcaption>`
          : html`<span class="off">${icon("video-off")}</span>`}</figure>
        <div class="tl2">${this.#camera()}${this.#microphone()}${this.#buttons()}</div>
      </div></section>`;
  }

  #verdict() {
    if (this.failure) return pill("bad", t("test.failed"), "circle-x");
    if (this.stand === "open" && !(this.seen && this.heard)) return pill("warn", t("test.running"), "hourglass");
    return this.ready ? pill("ok", t("test.passed"), "check") : pill("warn", t("test.needed"), "triangle-alert");
  }

  #size() {
    const { width, height, frameRate } = this.stream?.getVideoTracks()[0]?.getSettings() ?? {};
    return width && height ? `${width}×${height} · ${Math.round(frameRate ?? 0)} fps` : "";
  }

  #camera() {
    const open = this.stand === "open";
    const said = t(open ? (this.seen ? "test.camera-ok" : "test.camera-wait") : this.ready ? "test.was-ok" : "test.camera-ask");
    return html`<div class="dv">${this.#mark(this.seen)}<div><b>${t("test.camera")}</b><small>${said}</small>
      ${open ? this.#picker("camera", this.choices.cameras) : nothing}</div></div>`;
  }

  #microphone() {
    const open = this.stand === "open";
    const said = t(open ? (this.heard ? "test.microphone-ok" : "test.microphone-wait") : this.ready ? "test.was-ok" : "test.microphone-ask");
    return html`<div class="dv">${this.#mark(this.heard)}<div><b>${t("test.microphone")}</b><small>${said}</small>
      ${open ? html`${this.#meter()}${this.#picker("microphone", this.choices.microphones)}` : nothing}</div></div>`;
  }

  /** @param {boolean} good */
  #mark(good) {
    if (this.failure) return icon("circle-x", "badc");
    return good || (this.ready && this.stand !== "open") ? icon("circle-check", "okc") : icon("circle-dot", "mut");
  }

  #meter() {
    return html`<svg class="vu" width="100%" height="10" role="img" aria-label=${t("test.level")}>
      ${Array.from({ length: BARS }, (_, at) => html`<svg x="${at * (100 / BARS)}%" width="3.6%" height="10"><rect class=${at < this.level * BARS ? "on" : ""} width="100%" height="10" rx="2"></rect></svg>`)}</svg>`;
  }

  /** @param {"camera" | "microphone"} which @param {MediaDeviceInfo[]} devices */
  #picker(which, devices) {
    if (devices.length < 2) return nothing;
    return html`<label class="fld sm"><span class="sr">${t(`test.choose-${which}`)}</span>
      <select @change=${(/** @type {Event} */ event) => this.#choose(which, /** @type {HTMLSelectElement} */ (event.target).value)}>
        ${devices.map(({ deviceId, label }) => html`<option value=${deviceId} ?selected=${deviceId === this.chosen[which]}>${label}</option>`)}</select></label>`;
  }

  #buttons() {
    const words = this.failure ? "test.again" : this.ready ? "test.repeat" : "test.start";
    return html`<div class="tb">
      ${this.failure ? html`<p class="alert bad" role="alert">${icon("circle-alert")}<span>${t(`device.${this.failure}`)}</span></p>` : nothing}
      ${this.stand === "open" ? html`<button type="button" class="btn sm" @click=${this.#stop}>${icon("video-off")}<span>${t("test.stop")}</span></button>`
        : html`<button type="button" class="btn sm ${this.ready ? "" : "primary"}" aria-disabled=${this.stand === "asked"} @click=${this.#start}>${icon("video")}<span>${t(words)}</span></button>`}</div>`;
  }

  async #start() {
    if (this.stand === "asked") return;
    this.#stop();
    this.failure = null;
    this.stand = "asked";
    try {
      this.stream = await devices.openCall(this.chosen);
    } catch (error) {
      this.failure = devices.failureOf(error);
      this.forget = devices.whenMended(devices.missing(error), () => this.isConnected && this.#start());
      this.stand = "unasked";
      this.tell("tested", { camera: false, microphone: false });
      return;
    }
    if (!this.isConnected) return this.#stop(); // a call came while the browser asked for permission
    this.listener = new Listener(this.stream);
    this.choices = await devices.devices();
    this.stand = "open";
    this.timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #stop() {
    this.forget();
    clearInterval(this.timer);
    this.listener?.close();
    this.listener = null;
    devices.close(this.stream);
    this.stream = null;
    this.stand = "unasked";
    this.seen = this.heard = false;
  }

  /** @param {"camera" | "microphone"} which @param {string} device */
  #choose(which, device) {
    this.chosen = { ...this.chosen, [which]: device };
    this.#start();
  }

  #look() {
    const before = this.seen && this.heard;
    this.level = this.listener?.level() ?? 0;
    this.seen ||= (this.querySelector("video")?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 2;
    this.heard ||= this.level > HEARD;
    if (!before && this.seen && this.heard) this.tell("tested", { camera: true, microphone: true });
  }
}
customElements.define("device-test", DeviceTest);
