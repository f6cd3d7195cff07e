/** Who waits, how long, and what this desk did today. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, t } from "../lib/i18n.js";
import { dayAndClock, documentName, length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";
import "../ui/summons-list.js";

/** @typedef {import("../lib/staff.js").Waiting} Waiting */

const KINDS = { waiting: "lotus", parked: "", matched: "info" };

export class QueueList extends LightElement {
  static properties = { desk: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Desk | null} */
    this.desk = null;
    this.heardAt = 0;
    this.ticking = new Ticking(this);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("desk")) this.heardAt = Date.now();
  }

  render() {
    const queue = this.desk?.queue ?? [];
    return html`<aside class="queue" aria-label=${t("queue.title")}>
      <header><h2>${t("queue.title")} <span class="count num">${queue.length}</span></h2></header>
      <summons-list .summons=${this.desk?.summons ?? []}></summons-list>
      ${queue.length ? html`<ul class="ql grow" tabindex="0" aria-label=${t("queue.title")}>${queue.map((one) => this.#line(one))}</ul>`
        : html`<div class="empty grow">${icon("users")}<b>${t("queue.empty")}</b><span>${t("queue.empty-more")}</span></div>`}
      ${this.#booked()}${this.#today()}
    </aside>`;
  }

  /** @param {Waiting} one */
  #line({ application, reference, name, document: kind, waited_s, state, booked }) {
    const waited = waited_s + (Date.now() - this.heardAt) / 1000;
    return html`<li><a href="/staff/files/${application}" target="_blank" rel="noopener">
      <b>${name || reference}</b><span class="w num"><span class="sr">${t("queue.waits")}</span> ${length(waited)}</span>
      <span class="m">${state === "waiting" && waited > (this.desk?.late_s ?? Infinity) ? pill("warn", t("queue.late"), "clock") : nothing}${booked ? pill("brand", t("booked.mark")) : nothing}${pill(KINDS[state], t(`ticket.${state}`))}<span>${documentName(kind)}</span></span>
      <span class="sr">${t("queue.new-tab")}</span></a></li>`;
  }

  #booked() {
    const booked = this.desk?.appointments ?? [];
    if (!booked.length) return nothing;
    return html`<section class="booked" aria-labelledby="h-booked"><h2 id="h-booked">${t("booked.title")} <span class="count num">${booked.length}</span></h2>
      <ul>${booked.map((one) => html`<li><a href="/staff/files/${one.application}" target="_blank" rel="noopener">
        <b class="num">${dayAndClock(one.at)}</b><span>${one.name || one.reference}</span>${one.state === "due" ? pill("lotus", t("booked.due")) : nothing}
        <span class="sr">${t("queue.new-tab")}</span></a>${this.#absent(one)}</li>`)}</ul></section>`;
  }

  /** Somebody whose time has come: ready, or not here yet and rung. @param {import("../lib/staff.js").Booked} one */
  #absent({ id, state, absent, rings, may_ring, accepted }) {
    if (state !== "due" || !(absent || accepted)) return nothing;
    if (accepted && !absent) return html`<p class="ringer">${pill("ok", t("booked.accepted"), "check")}</p>`;
    return html`<p class="ringer"><span>${t("booked.absent")} · ${plural("booked.rings", rings)}</span>
      ${may_ring ? html`<button type="button" class="btn sm" @click=${() => this.tell("ring-customer", id)}>${icon("phone-call")}<span>${t("booked.again")}</span></button>` : nothing}</p>`;
  }

  #today() {
    const { done = 0, approved = 0, average_s = null } = this.desk?.today ?? {};
    const figures = [
      [done, "today.done"],
      [average_s === null ? "–" : length(average_s), "today.average"],
      [approved, "today.approved"],
    ];
    return html`<footer role="group" aria-label=${t("today.title")}>${figures.map(
      ([figure, key]) => html`<div><b class="num">${figure}</b><span>${t(String(key))}</span></div>`)}</footer>`;
  }
}
customElements.define("queue-list", QueueList);
