/** The device check: own picture, light, microphone, loudspeaker, and a line that really carries media. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, t } from "../lib/i18n.js";
import { deviceHelp } from "./device-help.js";
import "./level-meter.js";
import { PageElement } from "./page-element.js";
import { decimal } from "./format.js";
import { help, icon, pill, steady, steps, toTelephone } from "./pieces.js";
import { slowWish } from "./slow-wish.js";

/** @typedef {"camera" | "light" | "microphone" | "speaker" | "network"} CheckName */
/** @typedef {"waiting" | "checking" | "ok" | "warn" | "bad" | "ask"} CheckState */
/** @typedef {Record<CheckName, CheckState>} Checks */
/** @typedef {{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}} Devices */

const PICTURES = { camera: "video", light: "sun", microphone: "mic", speaker: "volume-2", network: "wifi" };
const REFUSED_PICTURES = { camera: "video-off", light: "sun", microphone: "mic-off", speaker: "volume-2", network: "wifi-off" };
/** What wants attention stands first. */
const ORDER = ["bad", "warn", "checking", "ask", "ok", "waiting"];
/** The loudspeaker cannot be measured, and poor light is the customer's to mend: neither stands in the way. */
const NEEDED = /** @type {const} */ (["camera", "microphone", "network"]);

/** @type {Checks} */
export const NOTHING_CHECKED = { camera: "checking", light: "waiting", microphone: "waiting", speaker: "ask", network: "waiting" };

/** Whether the call may begin: camera and microphone are there, the line carries. @param {Checks} checks */
export const mayCall = (checks) => NEEDED.every((name) => checks[name] === "ok" || checks[name] === "warn");

export class PrecheckPage extends PageElement {
  static properties = {
    ...PageElement.properties,
    stream: { attribute: false },
    failure: { attribute: false },
    checks: { attribute: false },
    level: { attribute: false },
    devices: { attribute: false },
    chosen: { attribute: false },
    line: { attribute: false },
  };

  constructor() {
    super();
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {import("../call/devices.js").Failure | ""} */
    this.failure = "";
    /** @type {Checks} */
    this.checks = NOTHING_CHECKED;
    this.level = 0;
    /** @type {Devices} */
    this.devices = { cameras: [], microphones: [] };
    /** @type {import("../call/devices.js").Choice} */
    this.chosen = {};
    /** The line as it was measured. @type {import("../lib/customer.js").CustomerView["device_test"]} */
    this.line = null;
  }

  /** @param {import("../lib/customer.js").CustomerView} view */
  content(view) {
    const names = /** @type {CheckName[]} */ (Object.keys(this.checks));
    const sorted = names.sort((one, other) => ORDER.indexOf(this.checks[one]) - ORDER.indexOf(this.checks[other]));
    const several = Object.values(this.devices).some((all) => all.length > 1);
    return html`<main class="page">
      <section class="intro">
        ${steps("call")}
        <h1>${t("precheck.title")}</h1>
        <p class="lede">${t("precheck.lede")}</p>
        ${this.freedom()}
        ${several ? html`<div class="aside">${this.pickers("aside")}</div>` : nothing}
        ${view.handover?.state === "here" ? nothing : html`<div class="aside stack"><h2 class="h3">${t("precheck.telephone")}</h2><p class="muted">${t("precheck.telephone.text")}</p><p>${toTelephone()}</p></div>`}
      </section>
      <div class="panel">
        ${this.preview()}
        <section class="card" aria-labelledby="h-checks"><h2 class="sr" id="h-checks">${t("precheck.results")}</h2>
          <ul class="rows">${sorted.map((name) => this.check(name))}</ul></section>
        ${several ? html`<div class="phone-only">${this.pickers("panel")}</div>` : nothing}
        ${slowWish(this, view)}
        ${help(this.config)}
        ${this.dock()}
      </div></main>`;
  }

  preview() {
    if (!this.stream) return html`<div class="self off"><div>${icon(this.failure ? "video-off" : "loader-circle", this.failure ? "" : "spin")}
      <b>${t(this.failure ? `device.camera.${this.failure}` : "precheck.opening")}</b><span>${t("precheck.here")}</span></div></div>`;
    const dark = this.checks.light === "warn";
    const said = this.checks.light === "waiting" ? nothing : html`<figcaption class="tag"><span>${icon(dark ? "sun" : "check")}<span>${t(dark ? "precheck.dark" : "precheck.bright")}</span></span></figcaption>`;
    return html`<figure class="self ${dark ? "dim" : ""}"><video autoplay muted playsinline aria-label=${t("precheck.picture")} .srcObject=${steady(this.stream)}></video>
      <svg class="oval" viewBox="0 0 320 220" preserveAspectRatio="xMidYMid slice" aria-hidden="true"><ellipse cx="160" cy="104" rx="62" ry="84"></ellipse></svg>${said}</figure>`;
  }

  /** @param {CheckName} name */
  check(name) {
    const state = this.checks[name];
    const kind = { ok: "ok", warn: "warn", bad: "bad", checking: "", waiting: "", ask: "" }[state];
    return html`<li data-check=${name} data-state=${state}><span class="ic ${kind}">${icon((state === "bad" ? REFUSED_PICTURES : PICTURES)[name])}</span><b>${t(`precheck.${name}`)}</b>${this.badge(state)}
      <p>${this.words(name, state)}</p>${this.more(name, state)}</li>`;
  }

  /** @param {CheckState} state */
  badge(state) {
    if (state === "ask") return nothing;
    const looks = { ok: ["ok", "check"], warn: ["warn", "lightbulb"], bad: ["bad", "x"], checking: ["info", "loader-circle"], waiting: ["", ""] }[state];
    return html`<span class="pill ${looks[0]}">${looks[1] ? icon(looks[1], state === "checking" ? "spin" : "") : nothing}<span>${t(`precheck.state.${state}`)}</span></span>`;
  }

  /** @param {CheckName} name @param {CheckState} state */
  words(name, state) {
    if (state === "bad" && name === "camera") return t(`device.why.${this.failure || "unknown"}`);
    return t(`precheck.${name}.${state}`);
  }

  /** What to do about it, or the instrument itself. @param {CheckName} name @param {CheckState} state */
  more(name, state) {
    if (name === "microphone" && this.stream && (state === "checking" || state === "warn")) return html`<div class="more"><level-meter .level=${this.level}></level-meter></div>`;
    if (name === "camera" && state === "bad") return html`<div class="more stack">${deviceHelp(this.failure)}</div>`;
    if (name === "network" && this.line?.kbps) return html`<div class="more"><p class="num">${this.figures(this.line)}</p></div>`;
    if (name === "speaker" && state !== "ok") return html`<div class="more"><div class="two"><button class="btn" type="button" @click=${() => this.tell("chime")}>${icon("play")}<span>${t("precheck.play")}</span></button>
      <button class="btn soft" type="button" @click=${() => this.tell("heard")}>${icon("check")}<span>${t("precheck.heard")}</span></button></div></div>`;
    return nothing;
  }

  /** How much goes each way, what is lost and how long it takes. @param {NonNullable<import("../lib/customer.js").CustomerView["device_test"]>} line */
  figures({ kbps, loss, rtt_ms, down_kbps, down_loss }) {
    const ways = [t("precheck.figures.up", { kbps: decimal(kbps, 0), loss: decimal(loss * 100, 1) })];
    if (down_kbps !== null) ways.push(t("precheck.figures.down", { kbps: decimal(down_kbps, 0), loss: decimal((down_loss ?? 0) * 100, 1) }));
    if (rtt_ms !== null) ways.push(t("precheck.figures.trip", { ms: decimal(rtt_ms, 0) }));
    return ways.join(" · ");
  }

  /** What to do when somebody forces or listens; closed, so that it is read when nobody looks. */
  freedom() {
    return html`<details class="freedom"><summary>${icon("chevron-down")}<span>${t("precheck.freedom")}</span></summary>
      <ul>${["end", "sign", "unseen", "after"].map((point) => html`<li>${t(`precheck.freedom.${point}`)}</li>`)}</ul></details>`;
  }

  /** @param {string} where Both places are on the page; ids must differ. */
  pickers(where) {
    const { cameras, microphones } = this.devices;
    return html`<div class="stack"><h2 class="h3">${t("precheck.devices")}</h2>
      ${this.picker("camera", cameras, `${where}-camera`)}${this.picker("microphone", microphones, `${where}-microphone`)}</div>`;
  }

  /** @param {"camera" | "microphone"} what @param {MediaDeviceInfo[]} all @param {string} id */
  picker(what, all, id) {
    if (all.length < 2) return nothing;
    const used = this.stream?.getTracks().find((track) => track.kind === (what === "camera" ? "video" : "audio"))?.getSettings().deviceId;
    return html`<div class="field"><label for=${id}>${t(`precheck.${what}`)}</label><select class="input" id=${id} @change=${(/** @type {Event} */ event) => this.tell("pick", { [what]: /** @type {HTMLSelectElement} */ (event.target).value })}>
      ${all.map((device, at) => html`<option value=${device.deviceId} ?selected=${device.deviceId === used}>${device.label || t("precheck.device", { n: at + 1 })}</option>`)}</select></div>`;
  }

  dock() {
    const { checks } = this;
    const refused = NEEDED.find((name) => checks[name] === "bad");
    if (refused) return html`<div class="dock">${this.troubleLine()}<p role="status">${t(`precheck.dock.${refused}`)}</p>
      <button class="btn primary lg" type="button" @click=${() => this.tell("again")}>${icon("rotate-ccw")}<span>${t("again")}</span></button></div>`;
    const ready = mayCall(checks) && !this.busy;
    const running = NEEDED.filter((name) => checks[name] === "checking" || checks[name] === "waiting").length;
    const poor = Object.values(checks).filter((state) => state === "warn").length;
    const said = running ? plural("precheck.dock.checking", running) : poor ? plural("precheck.dock.poor", poor) : t("precheck.dock.ready");
    const full = this.view?.prospect?.full && this.view.prospect.may_be_told;
    return html`<div class="dock">${this.troubleLine()}<p role="status">${said}</p>
      <button class="btn primary lg" type="button" aria-disabled=${ready ? "false" : "true"} @click=${() => ready && this.tell(full ? "tell-me" : "call")}>${icon(full ? "bell-ring" : "video")}<span>${t(full ? "waiting.tell" : "precheck.call")}</span></button>
      ${this.view?.appointment ? html`<a class="btn lg" href="/c/booking">${icon("calendar-check")}<span>${t("precheck.booked")}</span></a>` : nothing}</div>`;
  }
}
customElements.define("precheck-page", PrecheckPage);
