/** Photographs of the card: the camera with a frame, front then back, and the reasons when one is refused. */

import { html, nothing } from "/static/vendor/lit.js";
import { photographAddress } from "../lib/customer.js";
import { rich, t } from "../lib/i18n.js";
import { deviceHelp } from "./device-help.js";
import { faultPicture } from "./fault-picture.js";
import { PageElement } from "./page-element.js";
import { hotline, icon, steady, steps, toTelephone } from "./pieces.js";

/** @typedef {import("../lib/customer.js").Side} Side */
/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** What the middle shows: the camera, a picture being checked, an accepted side, or why there is no camera.
 * @typedef {"live" | "checking" | "accepted" | "refused" | "blocked"} Scene */

/** How the frame looks and which picture stands by the sentence. @type {Record<import("../capture/guide.js").Advice, string>} */
const ADVICE = { dark: "lightbulb", bright: "sun", place: "scan-line", nearer: "maximize", further: "frame", glare: "sun", focus: "focus", still: "hand", steady: "scan-line" };
/** Ways on without a good photograph, each with a person or the keyboard (A3). */
const WAYS = /** @type {const} */ ([["call", "headset"], ["book", "calendar-clock"], ["type", "keyboard"]]);
const TIPS = [["sun", "light"], ["id-card", "original"], ["hand", "sleeve"]];

export class CapturePage extends PageElement {
  static properties = {
    ...PageElement.properties,
    side: { attribute: false },
    stream: { attribute: false },
    failure: { attribute: false },
    shot: { attribute: false },
    checking: { attribute: false },
    retaking: { attribute: false },
    torch: { attribute: false },
    cameras: { attribute: false },
    advice: { attribute: false },
    held: { attribute: false },
    auto: { attribute: false },
    resting: { attribute: false },
    turning: { attribute: false },
  };

  constructor() {
    super();
    this.back = "/c/document?again";
    /** @type {Side} */
    this.side = "front";
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {import("../call/devices.js").Failure | ""} */
    this.failure = "";
    /** Address of the picture just taken or chosen. */
    this.shot = "";
    this.checking = false;
    /** The accepted photograph of this side is to be replaced. */
    this.retaking = false;
    /** On, off, or null where the camera has none. @type {boolean | null} */
    this.torch = null;
    /** How many cameras there are to choose from. */
    this.cameras = 1;
    /** @type {import("../capture/guide.js").Advice} */
    this.advice = "place";
    /** How much of the moment is over after which the picture takes itself, 0 to 1. */
    this.held = 0;
    /** The picture takes itself. */
    this.auto = false;
    /** Why the last picture was refused still stands to be read. */
    this.resting = false;
    /** The side just taken is still before the camera, and the other one is wanted. */
    this.turning = false;
  }

  /** Whoever pressed the shutter goes on from the button that took its place. */
  updated() {
    const go = /** @type {HTMLElement | null} */ (this.querySelector(".review .go"));
    if (go && document.activeElement === document.body) go.focus({ preventScroll: true });
  }

  /** The sides of this document that are photographed. @returns {Side[]} */
  get sides() {
    return this.view?.document?.sides ?? [];
  }

  /** The journey was handed over to this device. */
  get isTelephone() {
    return this.view?.handover?.state === "here";
  }

  /** @param {CustomerView} view @returns {Scene} */
  scene(view) {
    if (this.checking) return "checking";
    const photograph = view.photographs[this.side];
    if (photograph?.state === "accepted" && !this.retaking) return "accepted";
    if (this.stream) return photograph?.state === "refused" && this.resting ? "refused" : "live";
    return this.shot && photograph?.state === "refused" ? "refused" : "blocked";
  }

  /** @param {CustomerView} view */
  content(view) {
    const scene = this.scene(view);
    const kind = view.document?.kind ?? "";
    return html`<main class="capture" data-kind=${kind}>
      <section class="intro">
        ${steps("document")}
        <h1>${t(this.sides.length > 1 ? `capture.${this.side}` : `capture.only.${kind}`, { kind: t(`kind.${kind}`) })}</h1>
        <p class="lede">${t(this.auto ? "capture.lede.auto" : "capture.lede")}</p>
        <ul class="tips">${TIPS.map(([picture, tip]) => html`<li>${icon(picture)}<span>${t(`capture.tip.${tip}`)}</span></li>`)}</ul>
        <div class="alt">${this.isTelephone ? nothing : html`${icon("smartphone")}<p>${t("capture.telephone.text")}</p>${toTelephone()}`}
          ${icon("phone")}<p>${rich("capture.help", { hotline: hotline(this.config) })}</p></div>
      </section>
      <section class="cam" aria-label=${t("capture.camera")} data-state=${scene} data-guide=${scene === "live" ? this.guide : nothing}>
        <div class="feed">${this.feed(scene, view)}</div>
        ${scene === "blocked" ? this.blocked() : html`<div class="mask" aria-hidden="true"><div class="frame"><i></i><i></i><i></i><i></i></div></div>`}
        ${this.sides.length > 1 ? html`<div class="sides" role="group" aria-label=${t("capture.sides")}>${this.sides.map((side) => this.sideButton(side, view))}</div>` : nothing}
        ${scene === "blocked" ? nothing : this.hint(scene, view)}
      </section>
      <section class="dock">
        ${this.troubleLine()}${this.faults(scene, view)}
        ${view.help.failed >= this.config.capture.failures ? this.offerHelp() : nothing}
        ${scene === "accepted" ? this.review(view) : this.controls(scene)}
        <p class="privacy">${icon("lock")}<span>${t("capture.privacy")}</span></p>
      </section></main>`;
  }

  /** @param {Scene} scene @param {CustomerView} view */
  feed(scene, view) {
    const photograph = view.photographs[this.side];
    if (scene === "accepted" && photograph) return html`<img class="card-shot" src=${photographAddress(this.side, photograph.at)} alt=${t(`capture.${this.side}.picture`)}>`;
    const still = this.shot && (scene === "checking" || !this.stream);
    return html`<video autoplay muted playsinline .srcObject=${steady(this.stream)} ?hidden=${!this.stream || still}></video>
      ${still ? html`<img class="shot" src=${this.shot} alt=${t("capture.shot")}>` : nothing}`;
  }

  /** Words instead of a black square. */
  blocked() {
    if (!this.failure) return html`<div class="off">${icon("loader-circle", "spin")}<b>${t("capture.opening")}</b></div>`;
    return html`<div class="off" role="alert">${icon("video-off")}<b>${t(`device.camera.${this.failure}`)}</b>${deviceHelp(this.failure)}
      <p class="outs"><button class="btn" type="button" @click=${() => this.tell("open")}>${icon("rotate-ccw")}<span>${t("again")}</span></button>
        ${this.isTelephone ? nothing : html`<span class="wide">${toTelephone()}</span>`}</p></div>`;
  }

  /** @param {Side} side @param {CustomerView} view */
  sideButton(side, view) {
    const done = view.photographs[side]?.state === "accepted";
    return html`<button type="button" aria-pressed=${side === this.side} ?disabled=${this.checking} @click=${() => this.turn(side)}>
      ${done ? icon("check") : nothing}<span>${t(`side.${side}`)}</span>${done ? html`<span class="sr">${t("capture.done")}</span>` : nothing}</button>`;
  }

  get guide() {
    if (this.turning || this.advice === "place") return "place";
    return this.advice === "steady" ? "good" : "fix";
  }

  /** What the live camera's pill says. */
  get said() {
    if (this.turning) return "turn";
    return this.advice === "steady" && !this.auto ? "press" : this.advice;
  }

  /** @param {Scene} scene @param {CustomerView} view */
  hint(scene, view) {
    const fault = scene === "refused" ? view.photographs[this.side]?.faults[0] : undefined;
    const pictures = { live: this.turning ? "refresh-cw" : ADVICE[this.advice], checking: "loader-circle", accepted: "circle-check", refused: "triangle-alert", blocked: "" };
    const text = fault?.message ?? t(scene === "live" ? `capture.say.${this.said}` : `capture.hint.${scene}`);
    return html`<p class="hint" role="status">${(fault && faultPicture(fault.code)) ?? icon(pictures[scene], scene === "checking" ? "spin" : "")}<b>${text}</b></p>`;
  }

  /** The first fault stands in the pill; more of them here. @param {Scene} scene @param {CustomerView} view */
  faults(scene, view) {
    const more = scene === "refused" ? (view.photographs[this.side]?.faults.slice(1) ?? []) : [];
    if (!more.length) return nothing;
    return html`<ul class="checks" aria-label=${t("capture.faults")}>${more.map(({ code, message }) => html`<li class="warn">${faultPicture(code) ?? icon("triangle-alert")}<span>${message}</span></li>`)}</ul>`;
  }

  offerHelp() {
    return html`<section class="offer" aria-label=${t("capture.call")}><p role="status">${t("capture.assist")}</p>
      <div class="ways">${WAYS.map(([way, picture]) => html`<button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.tell("help", way)}>${icon(picture)}<span>${t(`capture.${way}`)}</span></button>`)}</div></section>`;
  }

  /** @param {Scene} scene */
  controls(scene) {
    const ready = this.stream !== null && scene !== "checking";
    return html`<div class="controls">
      <div class="tools">${this.config.capture.gallery ? this.gallery(scene) : nothing}${this.config.capture.auto ? this.tool("auto", "scan-line", this.auto) : nothing}</div>
      <button class="shutter" type="button" aria-label=${t("capture.take")} ?disabled=${!ready} @click=${() => this.tell("take")}>
        <svg class="ring" viewBox="0 0 84 84" aria-hidden="true"><circle cx="42" cy="42" r="39"></circle><circle class="held" cx="42" cy="42" r="39" pathLength="100" stroke-dasharray="${Math.round((this.auto && scene === "live" ? this.held : 0) * 100)} 100"></circle></svg><span></span></button>
      <div class="tools">${this.torch === null ? nothing : this.tool("torch", "zap", this.torch)}${this.cameras > 1 ? this.tool("switch", "switch-camera") : nothing}</div>
    </div>`;
  }

  /** @param {"auto" | "torch" | "switch"} name @param {string} picture @param {boolean} [isOn] */
  tool(name, picture, isOn) {
    return html`<button class="tool" type="button" aria-pressed=${isOn ?? nothing} @click=${() => this.tell(name)}>${icon(picture)}<span>${t(`capture.${name}`)}</span></button>`;
  }

  /** @param {Scene} scene */
  gallery(scene) {
    return html`<label class="tool" ?data-busy=${scene === "checking"}><input class="sr" type="file" accept="image/*" ?disabled=${scene === "checking"} @change=${this.chosen}>${icon("upload")}<span>${t("capture.upload")}</span></label>`;
  }

  /** An accepted side: take it again, or go on. @param {CustomerView} view */
  review(view) {
    const next = this.sides.find((side) => view.photographs[side]?.state !== "accepted");
    return html`<div class="review">
      <button class="btn" type="button" @click=${this.retake}>${icon("camera")}<span>${t("capture.retake")}</span></button>
      <button class="btn go" type="button" @click=${() => (next ? this.turn(next) : this.tell("done"))}><span>${t(next ? `capture.go.${next}` : "continue")}</span>${icon("arrow-right")}</button></div>`;
  }

  /** @param {Side} side */
  turn(side) {
    this.side = side;
    this.retaking = false;
    this.tell("turned", side);
  }

  retake() {
    this.retaking = true;
    this.tell("open");
  }

  /** @param {Event} event */
  chosen(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const file = field.files?.[0];
    field.value = ""; // the same file may be chosen again
    if (file) this.tell("upload", file);
  }
}
customElements.define("capture-page", CapturePage);
