/** Between calls: what this state means and what happens next. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs } from "../lib/clock.js";
import { plural, t } from "../lib/i18n.js";
import { clock, length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

const PICTURES = { available: "headset", break: "coffee", meeting: "users", training: "graduation-cap", offline: "log-out", away: "phone-missed" };

export class IdlePanel extends LightElement {
  static properties = { desk: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Desk | null} */
    this.desk = null;
    this.busy = false;
    this.ticking = new Ticking(this);
  }

  render() {
    const desk = this.desk;
    if (!desk || !(desk.state in PICTURES)) return nothing;
    const state = /** @type {keyof typeof PICTURES} */ (desk.state);
    return html`<section class="panel rdy" data-state=${state} aria-labelledby="h-rd"><div class="empty">
      <span class="pulse" aria-hidden="true">${icon(PICTURES[state])}</span>
      <h2 id="h-rd">${t(`idle.${state}`)}</h2>
      ${state === "available" ? this.#waiting(desk) : html`<p class="sml">${t(`idle.${state}-more`, { time: clock(desk.since) })}</p>`}
      ${state === "available" ? nothing : this.#back(desk)}</div></section>`;
  }

  /** @param {import("../lib/staff.js").Desk} desk */
  #waiting(desk) {
    const ahead = desk.queue.filter(({ state }) => state !== "parked").length;
    const time = length((nowMs() - Date.parse(desk.since)) / 1000);
    return html`<p class="sml num">${t("idle.waited", { time })} · ${ahead ? plural("idle.waiting", ahead) : t("idle.nobody")}</p>
      <p class="sml">${t("idle.keep-open")}</p>`;
  }

  /** @param {import("../lib/staff.js").Desk} desk */
  #back(desk) {
    if (desk.owed) return html`<p class="sml mut">${t("idle.enter-first")}</p>`;
    if (!desk.devices_ready) return html`<p class="sml mut">${t("idle.test-first")}</p>`;
    return html`<div class="grp"><button type="button" class="btn primary" aria-disabled=${this.busy} @click=${() => !this.busy && this.tell("turn", "available")}>
      ${icon("circle-check")}<span>${t("idle.be-available")}</span></button></div>`;
  }
}
customElements.define("idle-panel", IdlePanel);
