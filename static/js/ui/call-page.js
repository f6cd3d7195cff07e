/** The call: the agent large, oneself small, the standing recording sign, one prompt at a time. */

import { html, nothing } from "/static/vendor/lit.js";
import { arrowOf, detailOf, instructionOf } from "../call/movement.js";
import { grade, isSoundAlone, weakness } from "../call/quality.js";
import { SilentSign } from "../call/silent-sign.js";
import { minutesAndSeconds, nowMs } from "../lib/clock.js";
import { dayAndSecond, hasText, language, plural, rich, t } from "../lib/i18n.js";
import { openDialog } from "./ask-dialog.js";
import { changeSheet, isAsked } from "./change-sheet.js";
import { DIGITS } from "./code-input.js";
import { deviceHelp } from "./device-help.js";
import { guestTile } from "./guest-tile.js";
import { PageElement } from "./page-element.js";
import { hotline, icon, steady } from "./pieces.js";
import { placeText } from "./place-text.js";
import { isFraming, isShown, stillSheet } from "./still-sheet.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../call/movement.js").Movement} Movement */

export class CallPage extends PageElement {
  static properties = {
    ...PageElement.properties,
    state: { attribute: false },
    own: { attribute: false },
    remote: { attribute: false },
    away: { attribute: false },
    missing: { attribute: false },
    muted: { attribute: false },
    dark: { attribute: false },
    canFlip: { attribute: false },
    soundless: { attribute: false },
    recordingSinceMs: { attribute: false },
    secondsLeft: { attribute: false },
    quality: { attribute: false },
    steps: { attribute: false },
    movement: { attribute: false },
    movements: { attribute: false },
    sequence: { attribute: false },
    caption: { attribute: false },
    voice: { attribute: false },
    taken: { attribute: false },
    flipAsked: { attribute: false },
    still: { attribute: false },
    place: { attribute: false },
    pairs: { attribute: false },
    guests: { attribute: false },
    held: { attribute: false },
    handedOver: { attribute: false },
    version: { attribute: false },
    digits: { attribute: false },
    wrong: { attribute: false },
  };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    this.ownHead = true;
    /** @type {import("../call/state.js").State} */
    this.state = "devices";
    /** @type {MediaStream | null} */
    this.own = null;
    /** @type {MediaStream | null} */
    this.remote = null;
    /** The camera in use looks away from the customer: no mirror. */
    this.away = false;
    /** @type {import("../call/devices.js").DeviceMissing | null} */
    this.missing = null;
    this.muted = false;
    this.dark = false;
    this.canFlip = false;
    /** The browser holds back sound until a touch. */
    this.soundless = false;
    /** On the device's clock; 0 while nothing is recorded. */
    this.recordingSinceMs = 0;
    /** @type {number | null} */
    this.secondsLeft = null;
    /** How the customer's own media arrive. @type {{loss: number, rtt_ms: number | null, fps: number} | null} */
    this.quality = null;
    /** What each line carries. @type {import("../call/quality.js").Steps} */
    this.steps = {};
    /** The movement on show. @type {Movement | null} */
    this.movement = null;
    /** Every movement asked so far. @type {Movement[]} */
    this.movements = [];
    /** The random sequence under way: which step, of how many. @type {{step: number, of: number} | null} */
    this.sequence = null;
    /** Whether prompts are said aloud; null where the device has no voice for the language.
     * @type {"on" | "off" | null} */
    this.voice = null;
    /** What is being said, in words. */
    this.caption = "";
    /** A device the system or a pulled plug took away. @type {import("../call/hold.js").Trouble | null} */
    this.taken = null;
    /** The agent asked for the other camera. */
    this.flipAsked = false;
    /** The photograph the agent asks for. @type {import("../call/asked-still.js").AskedStill | null} */
    this.still = null;
    /** What the recording says of where this device is. @type {import("../call/place.js").Place | null} */
    this.place = null;
    /** What was typed of the code sent in the call, and whether it was refused. */
    this.digits = "";
    this.wrong = false;
    /** Everybody, by the receive pair they come by. @type {MediaStream[]} */
    this.pairs = [];
    /** Who is in beside the agent. @type {import("./guest-tile.js").Guest[]} */
    this.guests = [];
    /** The agent asks a colleague: nobody is heard or seen. */
    this.held = false;
    /** Another agent takes the call. */
    this.handedOver = false;
    /** Grows with every news of it: it stays the same object. */
    this.version = 0;
    this.hold = new SilentSign(() => this.tell("sign"));
    this.watchKey = this.hold.key.bind(this.hold);
    this.leaveKey = this.hold.leave.bind(this.hold);
  }

  connectedCallback() {
    super.connectedCallback();
    for (const type of /** @type {const} */ (["keydown", "keyup"])) addEventListener(type, this.watchKey);
    addEventListener("blur", this.leaveKey);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.hold.end();
    for (const type of /** @type {const} */ (["keydown", "keyup"])) removeEventListener(type, this.watchKey);
    removeEventListener("blur", this.leaveKey);
  }

  content() {
    const live = this.state === "live";
    return html`<main class="call" data-state=${this.state} aria-labelledby="h-call">
      <h1 class="sr" id="h-call">${t("call.title")}</h1>
      <video class="remote ${isSoundAlone(this.steps) || this.held ? "veiled" : ""}" autoplay playsinline aria-label=${t("call.agent")} .srcObject=${steady(this.remote)} ?hidden=${!live}></video>
      <div class="head"><div class="who"><b>${t("bank")}</b>${this.time()}</div>${this.recording()}</div>
      ${live && this.quality ? this.net(this.quality) : nothing}
      ${this.self()}
      ${live && this.guests.length && !this.framing ? html`<div class="thirds">${this.guests.map((guest) => guestTile(guest, this.pairs[guest.pair] ?? null))}</div>` : nothing}
      ${live && this.held ? this.onHold() : live ? (isSoundAlone(this.steps) && !this.framing ? this.soundAlone() : nothing) : this.overlay()}
      ${this.sheet()}
      ${this.bar()}
      <ask-dialog .question=${t("call.leave.ask")} .text=${t("call.leave.text")} .yes=${t("call.leave.yes")} .no=${t("call.leave.no")} @yes=${() => this.tell("hang-up")}></ask-dialog>
    </main>`;
  }

  /** Under the bank's name: what page it is, then what time the recording says it is. */
  time() {
    if (!this.recordingSinceMs) return html`<span>${t("call.title")}</span>`;
    const now = new Date(nowMs()).toISOString();
    return html`<time class="num" datetime=${now}>${dayAndSecond(now)}</time>${this.place?.state === "known" ? html`<span class="num where">${placeText(this.place)}</span>` : nothing}`;
  }

  recording() {
    if (!this.recordingSinceMs) return nothing;
    const seconds = (Date.now() - this.recordingSinceMs) / 1000;
    return html`<p class="rec"><i aria-hidden="true"></i><span>${t("call.recording")}</span> <span class="num">${minutesAndSeconds(seconds)}</span></p>`;
  }

  /** @param {{loss: number, rtt_ms: number | null, fps: number}} quality */
  net(quality) {
    const weak = weakness(this.steps);
    const found = weak ? "poor" : grade(quality, this.dark || this.taken !== null);
    return html`<div class="net ${found}" role="status"><p>${icon("signal")}<span>${t(`call.net.${found}`)}</span></p>
      ${weak ? html`<p class="why" data-weak=${weak}>${t(`line.${weak}`)}</p>` : nothing}</div>`;
  }

  /** On hold: what happens, and that it goes on being recorded. */
  onHold() {
    return html`<section class="overlay held"><div class="face bloom"><span class="disc">${icon("pause")}</span></div><div role="status"><h2>${t("call.hold")}</h2><p>${t("call.hold.text")}</p></div></section>`;
  }

  /** The agent's picture is not sent: no frozen face, but a word. */
  soundAlone() {
    return html`<section class="overlay alone" aria-label=${t("line.sound-alone")}><div class="face"><span class="disc">${icon("volume-2")}</span></div><h2>${t("line.sound-alone")}</h2></section>`;
  }

  /** The still whose camera or picture is shown large now. */
  get framing() {
    const { still } = this;
    return still && this.state === "live" && (isFraming(still) || isShown(still)) ? still : null;
  }

  self() {
    if (!this.own) return nothing;
    const moving = this.movement?.state === "asked";
    const large = this.framing;
    if (large && isShown(large)) return html`<figure class="self framing"><img src=${large.address} alt=${t("still.picture")}></figure>`;
    const size = large ? "framing" : moving ? "grown" : "";
    return html`<figure class="self ${size}" @pointerdown=${() => this.hold.begin()} @pointerup=${() => this.hold.end()} @pointerleave=${() => this.hold.end()} @pointercancel=${() => this.hold.end()} @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}><video class=${this.away ? "" : "mirrored"} autoplay muted playsinline aria-label=${t("call.self")} .srcObject=${steady(this.own)} ?hidden=${this.dark}></video>
      ${this.dark ? html`<span class="shut">${icon("video-off")}</span>` : html`<svg class="oval" viewBox="0 0 120 160" aria-hidden="true"><ellipse cx="60" cy="76" rx="40" ry="54"></ellipse></svg>`}
      <figcaption>${t("call.you")}</figcaption></figure>`;
  }

  /** What stands instead of the agent's picture. */
  overlay() {
    if (this.state === "blocked") return this.blocked();
    const pictures = { devices: "video", joining: "loader-circle", alone: "headset", lost: "wifi-off", partner: "wifi-off", elsewhere: "copy", over: "phone-off", live: "" };
    const turning = this.state === "joining" || this.state === "lost";
    const picture = pictures[/** @type {keyof typeof pictures} */ (this.state)];
    const said = this.state === "partner" && this.handedOver ? "transfer" : this.state;
    return html`<section class="overlay"><div class="face ${this.state === "alone" ? "bloom" : ""}"><span class="disc">${icon(said === "transfer" ? "repeat" : picture, this.state === "joining" ? "spin" : "")}</span></div>
      <div role="status"><h2>${t(`call.${said}`)}</h2><p>${t(`call.${said}.text`)}</p></div>
      ${this.secondsLeft !== null && (turning || this.state === "partner") ? html`<p class="num" role="timer">${plural("call.seconds", this.secondsLeft)}</p>` : nothing}
      ${this.state === "lost" || this.state === "partner" ? html`<p class="small">${rich("call.help", { hotline: hotline(this.config) })}</p>` : nothing}
      ${this.state === "elsewhere" ? html`<button class="btn primary lg" type="button" @click=${() => this.tell("again")}>${icon("corner-up-left")}<span>${t("call.elsewhere.here")}</span></button>` : nothing}</section>`;
  }

  blocked() {
    const { failure, device } = this.missing ?? { failure: "unknown", device: "camera" };
    return html`<section class="overlay" role="alert"><div class="face"><span class="disc">${icon(device === "camera" ? "video-off" : "mic-off")}</span></div>
      <h2>${t(`device.${device}.${failure}`)}</h2>${deviceHelp(failure)}
      <button class="btn primary lg" type="button" @click=${() => this.tell("again")}>${icon("rotate-ccw")}<span>${t("again")}</span></button></section>`;
  }

  /** One prompt at a time: what hinders, a movement, a wish, or the words being said. */
  sheet() {
    if (this.taken && this.own) return this.hindrance(this.taken);
    if (this.movement) return this.prompt(this.movement);
    if (this.still?.wish && this.own) return stillSheet(this.still, (act) => this.tell(act));
    if (this.flipAsked) return this.flipWish();
    if (this.soundless) return html`<section class="sheet one"><button class="btn primary lg" type="button" @click=${() => this.tell("sound")}>${icon("volume-2")}<span>${t("call.sound")}</span></button></section>`;
    const change = this.state === "live" ? this.view?.call?.authorisation : null;
    if (isAsked(change)) return changeSheet(change, this.busy, (act) => this.tell(act));
    if (this.state === "live" && this.view?.call?.code) return this.codeSheet(this.view.call.code);
    if (this.state === "live" && this.view?.call?.callback) return html`<section class="sheet said" data-callback><span class="ic">${icon("mail")}</span><p role="status">${t("call.callback")}</p></section>`;
    const question = this.state === "live" ? this.view?.call?.question : null;
    if (question) return this.question(question.topic);
    if (!this.caption || this.held) return html`<div class="sheet-space" role="status"></div>`;
    return html`<section class="sheet said"><span class="ic">${icon("captions")}</span><p role="status">${t(this.caption)}</p></section>`;
  }

  /** @param {import("../call/hold.js").Trouble} trouble */
  hindrance({ device, failure }) {
    const title = failure ? `device.${device}.${failure}` : `call.held.${device}`;
    return html`<section class="sheet one" role="alert" data-trouble=${failure ?? "held"}><h2>${t(title)}</h2>
      ${failure ? deviceHelp(failure) : html`<p>${t("call.held.text")}</p>`}
      <button class="btn primary lg" type="button" @click=${() => this.tell("take-back")}>${icon("rotate-ccw")}<span>${t(`call.held.again.${device}`)}</span></button></section>`;
  }

  /** What the agent asks aloud, in words. @param {string} topic */
  question(topic) {
    return html`<section class="sheet said" data-question=${topic}><span class="ic">${icon("circle-help")}</span><div role="status"><p class="k">${t("question.kicker")}</p><p>${t(`question.${topic}`)}</p></div></section>`;
  }

  /** The code the agent had sent. @param {{channel: "sms" | "mail", tries_left: number}} code */
  codeSheet({ channel, tries_left: left }) {
    const says = left > 0 ? (this.wrong ? this.trouble : t("call.code.text")) : t("code.void");
    const isFaulty = this.wrong || left <= 0;
    return html`<section class="sheet one" aria-labelledby="h-code" data-code><form novalidate @submit=${this.submitCode}>
      <h2 id="h-code">${t(`call.code.title.${channel}`)}</h2>
      <code-input .value=${this.digits} .wrong=${this.wrong} .readonly=${this.busy || left <= 0} .describedBy=${"call-code-says"} @typed=${this.typed}></code-input>
      <p id="call-code-says" class=${isFaulty ? "err" : "hint"} role="status">${isFaulty ? icon("triangle-alert") : nothing}<span>${says}</span></p>
      <button class="btn primary lg" ?disabled=${this.busy || left <= 0}><span>${t("call.code.send")}</span></button></form></section>`;
  }

  /** @param {CustomEvent<string>} event */
  typed({ detail }) {
    this.digits = detail;
    this.wrong = false;
  }

  /** @param {Event} event */
  submitCode(event) {
    event.preventDefault();
    if (this.digits.length === DIGITS && !this.busy) this.tell("give-code", this.digits);
    else /** @type {HTMLElement | null} */ (this.querySelector("code-input input"))?.focus();
  }

  flipWish() {
    return html`<section class="sheet one" aria-labelledby="h-flip"><div role="status"><h2 id="h-flip">${t("call.flip.asked")}</h2></div>
      <button class="btn primary lg" type="button" @click=${() => this.tell("flip")}>${icon("switch-camera")}<span>${t("call.flip.do")}</span></button>
      <button class="btn lg" type="button" @click=${() => this.tell("later")}><span>${t("call.flip.later")}</span></button></section>`;
  }

  /** @param {Movement} movement */
  prompt(movement) {
    const { direction, phase, state, reason, number } = movement;
    const why = `move.reason.${reason}`;
    const sub = state === "failed" ? t(hasText(why) ? why : "move.reason.other") : t(detailOf(movement));
    const share = state === "passed" ? 100 : Math.round((movement.fraction ?? 0) * 100);
    return html`<section class="sheet ${state}" data-phase=${phase} data-asked=${direction} data-movement=${movement.id} aria-labelledby="h-move">
      <div class="move"><svg class="dial" viewBox="0 0 96 96" aria-hidden="true"><circle cx="48" cy="48" r="42"></circle><circle class="bar" cx="48" cy="48" r="42" pathLength="100" stroke-dasharray="${share} 100"></circle></svg>
        <span class="arrow ${state === "asked" && phase === "move" ? direction : ""}">${icon(arrowOf(movement))}</span></div>
      <div class="say" role="status" aria-live="assertive"><p class="k">${this.sequence ? t("move.step", { n: this.sequence.step, of: this.sequence.of }) : t("move.kicker", { n: this.movements.length })}</p><h2 id="h-move">${t(instructionOf(movement))}</h2>
        ${number && state === "asked" ? html`<p class="digits num">${number}</p>` : nothing}<p>${sub}</p></div>
      ${this.voice ? html`<button class="voice ${this.voice}" type="button" aria-pressed=${this.voice === "on"} aria-label=${t("call.voice")} @click=${() => this.tell("voice")}>${icon("volume-2")}</button>` : nothing}
      ${this.movements.length > 1 ? html`<ol class="dots">${this.movements.slice(-4).map((one) => this.dot(one, one.id === movement.id))}</ol>` : nothing}</section>`;
  }

  /** @param {Movement} movement @param {boolean} now */
  dot({ direction, state }, now) {
    const name = t(`move.${direction}.name`);
    if (state === "passed") return html`<li class="ok">${icon("check")}<span>${name}</span></li>`;
    return html`<li class=${now && state === "asked" ? "now" : ""}><span>${name}</span>${state === "failed" ? html`<span class="sr">${t("move.failed")}</span>` : nothing}</li>`;
  }

  bar() {
    const other = language() === "vi" ? "en" : "vi";
    return html`<nav class="bar" aria-label=${t("call.controls")}>
      ${this.control("mute", this.muted ? "mic-off" : "mic", t(this.muted ? "call.unmute" : "call.mute"), this.muted)}
      ${this.control("darken", this.dark ? "video-off" : "video", t(this.dark ? "call.camera.on" : "call.camera.off"), this.dark)}
      ${this.canFlip ? this.control("flip", "switch-camera", t("call.flip")) : nothing}
      <button class="c" type="button" lang=${other} @click=${() => this.tell("speak", other)}>${icon("languages")}<span>${other === "en" ? "English" : "Tiếng Việt"}</span></button>
      <button class="c end" type="button" @click=${() => openDialog(this)}>${icon("phone-off")}<span>${t("call.leave")}</span></button></nav>`;
  }

  /** @param {string} act @param {string} picture @param {string} label @param {boolean} [pressed] */
  control(act, picture, label, pressed) {
    return html`<button class="c" type="button" aria-pressed=${pressed ?? nothing} ?disabled=${!this.own} @click=${() => this.tell(act)}>${icon(picture)}<span>${label}</span></button>`;
  }
}
customElements.define("call-page", CallPage);
