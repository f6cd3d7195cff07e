/** Movements to ask for, each with how it stands; what the customer is told right now. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { secondsLong } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { OTHERS, movementsOf, neededOf, passedCount, sequenceOf, standing } from "./scene.js";

/** What a customer cannot do; never why. */
const WANTS = ["no-sideways", "no-nodding", "no-turning", "no-moving"];

/** @typedef {import("../lib/staff.js").Direction} Direction */
/** @typedef {import("../lib/staff.js").Movement} Movement */

/** Left and right are the customer's own, in pictures as in words. */
export const ARROWS = { left: "arrow-left", right: "arrow-right", up: "arrow-up", down: "arrow-down", front: "scan-face", eyes: "eye-off", smile: "smile", closer: "maximize", number: "megaphone" };

/** In the order they are shown; the front, an aid, stands beside the sequence. @type {readonly Direction[]} */
const BUTTONS = ["left", "right", "up", "down", ...OTHERS, "front"];

/** How many of these a sequence can be drawn from: a number is judged by ear. @param {readonly Direction[]} needed */
const drawable = (needed) => needed.filter((direction) => direction !== "number").length;

export class MovementPanel extends LightElement {
  static properties = { file: { attribute: false }, progress: { attribute: false }, open: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** The movement under way. @type {import("./agent-call.js").Progress | null} */
    this.progress = null;
    /** Both are there, nothing is decided: movements can be asked. */
    this.open = false;
  }

  render() {
    if (!this.file) return nothing;
    const movements = movementsOf(this.file);
    const asked = movements.findLast(({ state }) => state === "asked");
    const under = this.progress?.direction ?? asked?.direction ?? null;
    const passed = passedCount(this.file);
    const needed = neededOf(this.file);
    return html`<section class="box mvs" aria-labelledby="h-mv">
      <header><h2 class="sr" id="h-mv">${t("moves.title")}</h2>${this.#equivalent(this.file)}${pill(passed === needed.length ? "ok" : "brand", t("moves.count", { n: passed, of: needed.length }))}</header>
      <div class="chls">${BUTTONS.map((direction) => this.#button(direction, standing(movements, direction), under))}${this.#sequence()}</div>
      ${asked?.number ? this.#number(asked.id, asked.number) : html`<p class="say">${this.progress || under ? icon("captions") : icon("info")}<span>${this.#says(under)}</span></p>`}
      <div class="sr" role="status">${this.#news(movements.at(-1))}</div>
    </section>`;
  }

  /** @param {Direction} direction @param {Movement | undefined} stands @param {Direction | null} under */
  #button(direction, stands, under) {
    const now = under === direction;
    const closed = !this.open || now;
    const state = now ? "now" : stands?.state === "passed" ? "done" : stands?.state === "failed" ? "fail" : "";
    const pictures = { now: ARROWS[direction], done: "check", fail: "x", "": ARROWS[direction] };
    const wanted = this.file !== null && neededOf(this.file).includes(direction);
    return html`<button type="button" class="chl ${state} ${wanted ? "wanted" : ""}" data-missing="movement-${direction}" aria-disabled=${closed}
      title=${stands?.state === "failed" ? this.#small(now, stands) : nothing} @click=${() => !closed && this.tell("ask-movement", direction)}>${icon(pictures[state])}<span>${t(`direction.${direction}`)}</span>
      <small class="num">${this.#small(now, stands)}</small>
      ${now && this.progress ? html`<progress max="1" value=${this.progress.fraction} aria-label=${t("moves.progress")}></progress>` : nothing}</button>`;
  }

  /** @param {boolean} now @param {Movement | undefined} stands */
  #small(now, stands) {
    if (now) return t(`phase.${this.progress?.phase ?? (stands?.number ? "say" : "calibrate")}`);
    if (stands?.state === "passed") return stands.seconds === null ? t("moves.passed") : secondsLong(stands.seconds);
    return stands?.state === "failed" ? t(`fail.${stands.reason ?? "timeout"}`) : "";
  }

  /** One button for all steps; its commitment stands below while it runs. */
  #sequence() {
    const drawn = this.file && sequenceOf(this.file);
    const state = drawn ? /** @type {const} */ ({ running: "now", passed: "done", failed: "fail" })[drawn.state] : "";
    const pictures = { now: "repeat", done: "check", fail: "x", "": "repeat" };
    const closed = !this.open || state === "now" || (this.file !== null && drawable(neededOf(this.file)) < 2);
    const made = drawn ? movementsOf(/** @type {import("../lib/staff.js").CustomerFile} */ (this.file)).filter(({ sequence, state: how }) => sequence === drawn.id && how === "passed").length : 0;
    return html`<button type="button" class="chl drawn ${state}" data-sequence=${drawn?.state ?? ""} aria-disabled=${closed} title=${drawn ? t("sequence.commitment", { commitment: drawn.commitment }) : nothing}
      @click=${() => !closed && this.tell("begin-sequence")}>${icon(pictures[state])}<span>${t("sequence.begin")}</span>
      <small class="num">${drawn ? t("sequence.stands", { n: made, of: drawn.steps, commitment: drawn.commitment.slice(0, 8) }) : ""}</small></button>`;
  }

  /** @param {import("../lib/staff.js").CustomerFile} file */
  #equivalent(file) {
    const chosen = file.calls.at(-1)?.equivalent ?? "";
    return html`<label class="instead"><span class="sr">${t("equivalent.label")}</span>
      <select title=${t(`equivalent.${chosen || "none"}`)} ?disabled=${!this.open} @change=${(/** @type {Event} */ event) => this.tell("choose-equivalent", /** @type {HTMLSelectElement} */ (event.target).value || null)}>
        ${["", ...WANTS].map((want) => html`<option value=${want} ?selected=${want === chosen}>${t(`equivalent.${want || "none"}`)}</option>`)}</select></label>`;
  }

  /** What the customer is to say, and whether it was heard. @param {string} id @param {string} number */
  #number(id, number) {
    return html`<div class="heard" role="group" aria-label=${t("moves.number")}><b class="num">${number}</b>
      <button type="button" class="btn sm ok" @click=${() => this.tell("judge-number", { movement: id, passed: true })}>${icon("check")}<span>${t("moves.heard")}</span></button>
      <button type="button" class="btn sm" @click=${() => this.tell("judge-number", { movement: id, passed: false })}>${icon("x")}<span>${t("moves.not-heard")}</span></button></div>`;
  }

  /** @param {Direction | null} under */
  #says(under) {
    if (under) return t("moves.customer-sees", { prompt: t(`prompt.${under}`) });
    const chosen = this.file?.calls.at(-1)?.equivalent;
    if (this.open && chosen) return t(`equivalent.${chosen}`);
    return t(this.open ? "moves.hint" : "moves.closed");
  }

  /** The newest verdict, for a screen reader. @param {Movement | undefined} newest */
  #news(newest) {
    if (!newest || newest.state === "asked") return "";
    const verdict = newest.state === "passed" ? t("moves.passed") : t(`fail.${newest.reason ?? "timeout"}`);
    return t("moves.news", { movement: t(`direction-long.${newest.direction}`), verdict });
  }
}
customElements.define("movement-panel", MovementPanel);
