/** The agent's state: five to choose from, some closed while a customer is being served. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs, secondsUntil } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";
import { CHOICES } from "./scene.js";

const PICTURES = { available: "circle-check", break: "coffee", meeting: "users", training: "graduation-cap", offline: "log-out" };

export class StateSwitch extends LightElement {
  static properties = { desk: { attribute: false }, file: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Desk | null} */
    this.desk = null;
    /** The file of the customer just served. @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    this.busy = false;
    this.ticking = new Ticking(this);
  }

  render() {
    const desk = this.desk;
    if (!desk) return nothing;
    const why = this.#closedBy(desk);
    return html`<div class="sts" role="group" aria-label=${t("state.title")}>${CHOICES.map((choice) => this.#choice(choice, desk, why))}</div>
      ${why ? html`<p class="stw" id="state-why">${icon("lock")}<span>${t(`state.${why}`)}</span></p>` : nothing}`;
  }

  /** Why not every state is open now. @param {import("../lib/staff.js").Desk} desk */
  #closedBy({ state, devices_ready, owed, wrap_up_until }) {
    if (state === "ringing") return "closed-ringing";
    if (state === "wrap_up" && this.file?.may.decide) return "closed-undecided";
    if (owed) return state === "wrap_up" ? "closed-owing" : "owing";
    if (!devices_ready) return "test-first";
    return state === "wrap_up" && wrap_up_until && secondsUntil(wrap_up_until) ? "closed-breath" : "";
  }

  /** @param {(typeof CHOICES)[number]} choice @param {import("../lib/staff.js").Desk} desk @param {string} why */
  #choice(choice, desk, why) {
    const chosen = desk.state === choice;
    const closed = why === "closed-ringing" || why === "closed-undecided" || why === "closed-owing" || (choice === "available" && why !== "");
    const deaf = closed || this.busy; // an act under way: a click now would go nowhere
    const said = chosen ? t("state.since", { time: length((nowMs() - Date.parse(desk.since)) / 1000) }) : t(`state.${choice}-means`);
    return html`<button type="button" class="sb1 ${choice === "available" ? "ok" : ""}" aria-pressed=${chosen} aria-disabled=${deaf}
      aria-describedby=${closed ? "state-why" : nothing} @click=${() => !deaf && !chosen && this.tell("turn", choice)}>
      ${icon(PICTURES[choice])}<span><b>${t(`state.${choice}`)}</b><small class="num">${said}</small></span></button>`;
  }
}
customElements.define("state-switch", StateSwitch);
