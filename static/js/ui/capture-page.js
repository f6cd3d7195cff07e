/** Photographs of the card: the camera with a frame, front then back, and the reasons when one is refused. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { photographAddress } from "../lib/customer.js";
import { deviceHelp } from "./device-help.js";
import { PageElement } from "./page-element.js";
import { hotline, icon, steady, steps } from "./pieces.js";
import { rich } from "../lib/i18n.js";

/** @typedef {import("../lib/customer.js").Side} Side */
/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** What the middle shows: the camera, a picture being checked, an accepted side, or why there is no camera.
 * @typedef {"live" | "checking" | "accepted" | "refused" | "blocked"} Scene */

export const SIDES = /** @type {const} */ (["front", "back"]);
/** After so many refused photographs of a side the customer may type instead (A3). */
const ENOUGH_REFUSALS = 3;
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
    refusals: { attribute: false },
    torch: { attribute: false },
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
    /** @type {Record<Side, number>} */
    this.refusals = { front: 0, back: 0 };
    /** On, off, or null where the camera has none. @type {boolean | null} */
    this.torch = null;
  }

  /** @param {CustomerView} view @returns {Scene} */
  scene(view) {
    if (this.checking) return "checking";
    const photograph = view.photographs[this.side];
    if (photograph?.state === "accepted" && !this.retaking) return "accepted";
    if (this.stream) return photograph?.state === "refused" ? "refused" : "live";
    return this.shot && photograph?.state === "refused" ? "refused" : "blocked";
  }

  /** @param {CustomerView} view */
  content(view) {
    const scene = this.scene(view);
    return html`<main class="capture">
      <section class="intro">
        ${steps("document")}
        <h1>${t(`capture.${this.side}`)}</h1>
        <p class="lede">${t(`capture.${this.side}.lede`)}</p>
        <ul class="tips">${TIPS.map(([picture, tip]) => html`<li>${icon(picture)}<span>${t(`capture.tip.${tip}`)}</span></li>`)}</ul>
        <p class="alt">${icon("phone")}<span>${rich("capture.help", { hotline: hotline(this.config) })}</span></p>
      </section>
      <section class="cam" aria-label=${t("capture.camera")} data-state=${scene}>
        <div class="feed">${this.feed(scene, view)}</div>
        ${scene === "blocked" ? this.blocked() : html`<div class="mask" aria-hidden="true"><div class="frame"><i></i><i></i><i></i><i></i></div></div>`}
        <div class="sides" role="group" aria-label=${t("capture.sides")}>${SIDES.map((side) => this.sideButton(side, view))}</div>
        ${scene === "blocked" ? nothing : this.hint(scene, view)}
      </section>
      <section class="dock">
        ${this.troubleLine()}${this.faults(scene, view)}
        ${this.refusals[this.side] >= ENOUGH_REFUSALS ? this.offerTyping() : nothing}
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
      <button class="btn" type="button" @click=${() => this.tell("open")}>${icon("rotate-ccw")}<span>${t("again")}</span></button></div>`;
  }

  /** @param {Side} side @param {CustomerView} view */
  sideButton(side, view) {
    const done = view.photographs[side]?.state === "accepted";
    return html`<button type="button" aria-pressed=${side === this.side} ?disabled=${this.checking} @click=${() => this.turn(side)}>
      ${done ? icon("check") : nothing}<span>${t(`side.${side}`)}</span>${done ? html`<span class="sr">${t("capture.done")}</span>` : nothing}</button>`;
  }

  /** @param {Scene} scene @param {CustomerView} view */
  hint(scene, view) {
    const fault = view.photographs[this.side]?.faults[0]?.message;
    const pictures = { live: "scan-line", checking: "loader-circle", accepted: "circle-check", refused: "triangle-alert", blocked: "" };
    const text = scene === "refused" && fault ? fault : t(`capture.hint.${scene}`);
    return html`<p class="hint" role="status">${icon(pictures[scene], scene === "checking" ? "spin" : "")}<b>${text}</b></p>`;
  }

  /** The first fault stands in the pill; more of them here. @param {Scene} scene @param {CustomerView} view */
  faults(scene, view) {
    const more = scene === "refused" ? (view.photographs[this.side]?.faults.slice(1) ?? []) : [];
    if (!more.length) return nothing;
    return html`<ul class="checks" aria-label=${t("capture.faults")}>${more.map(({ message }) => html`<li class="warn">${icon("triangle-alert")}<span>${message}</span></li>`)}</ul>`;
  }

  offerTyping() {
    return html`<div class="offer"><p>${t("capture.type.why")}</p>
      <button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.tell("type")}>${icon("keyboard")}<span>${t("capture.type")}</span></button></div>`;
  }

  /** @param {Scene} scene */
  controls(scene) {
    const ready = this.stream !== null && scene !== "checking";
    return html`<div class="controls">
      <label class="tool" ?data-busy=${scene === "checking"}><input class="sr" type="file" accept="image/*" ?disabled=${scene === "checking"} @change=${this.chosen}>${icon("upload")}<span>${t("capture.upload")}</span></label>
      <button class="shutter" type="button" aria-label=${t("capture.take")} ?disabled=${!ready} @click=${() => this.tell("take")}>
        <svg class="ring" viewBox="0 0 84 84" aria-hidden="true"><circle cx="42" cy="42" r="39"></circle></svg><span></span></button>
      ${this.torch === null ? html`<span></span>` : html`<button class="tool" type="button" aria-pressed=${this.torch} @click=${() => this.tell("torch")}>${icon("zap")}<span>${t("capture.torch")}</span></button>`}
    </div>`;
  }

  /** An accepted side: take it again, or go on. @param {CustomerView} view */
  review(view) {
    const next = SIDES.find((side) => view.photographs[side]?.state !== "accepted");
    return html`<div class="review">
      <button class="btn" type="button" @click=${this.retake}>${icon("camera")}<span>${t("capture.retake")}</span></button>
      <button class="btn go" type="button" @click=${() => (next ? this.turn(next) : this.tell("done"))}><span>${t(next ? `capture.go.${next}` : "continue")}</span>${icon("arrow-right")}</button></div>`;
  }

  /** @param {Side} side */
  turn(side) {
    this.side = side;
    this.retaking = false;
    this.shot = "";
    this.tell("turned", side);
  }

  retake() {
    this.retaking = true;
    this.shot = "";
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
