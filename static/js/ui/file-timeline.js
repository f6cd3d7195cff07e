/** Everything that happened to a file, newest first, by day, filtered by who did it. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { actorName } from "./field-table.js";
import { detail, look, title } from "./file-events.js";
import { clock, length, wholeDay } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").FileEvent} FileEvent */

const ACTORS = /** @type {const} */ (["customer", "staff", "system", "crm"]);

/** @param {FileEvent[]} events Newest first. @returns {[day: string, events: FileEvent[]][]} */
function byDay(events) {
  /** @type {Map<string, FileEvent[]>} */
  const days = new Map();
  for (const event of events) {
    const day = wholeDay(event.at);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

export class FileTimeline extends LightElement {
  static properties = { events: { attribute: false }, filters: { attribute: false }, leads: { attribute: false }, actor: { state: true } };

  constructor() {
    super();
    /** @type {FileEvent[]} */
    this.events = [];
    this.filters = true;
    /** Moments of the call can be jumped to. */
    this.leads = false;
    /** Whose events are shown; empty for all. @type {"" | (typeof ACTORS)[number]} */
    this.actor = "";
  }

  render() {
    const shown = this.events.filter(({ actor }) => !this.actor || actor.kind === this.actor).toReversed();
    return html`${this.filters ? this.#chips() : nothing}
      <div class="tl" tabindex=${this.filters ? 0 : nothing} role="group" aria-label=${t("timeline.events")}>
        ${byDay(shown).map(([day, events]) => html`<h3>${day}</h3><ol reversed>${events.map((event) => this.#event(event))}</ol>`)}</div>`;
  }

  #chips() {
    const counts = ACTORS.map((kind) => ({ kind, n: this.events.filter(({ actor }) => actor.kind === kind).length }));
    const all = { kind: /** @type {const} */ (""), n: this.events.length };
    return html`<div class="chips" role="group" aria-label=${t("timeline.filter")}>${[all, ...counts.filter(({ n }) => n)].map(({ kind, n }) => html`
      <button type="button" class="chip" aria-pressed=${this.actor === kind} @click=${() => (this.actor = kind)}><span>${t(`timeline.of-${kind || "all"}`)} <span class="num">${n}</span></span></button>`)}</div>`;
  }

  /** @param {FileEvent} event */
  #event(event) {
    const [picture, kind] = look(event);
    const more = [detail(event), event.actor.kind === "staff" ? actorName(event.actor) : ""].filter(Boolean).join(" · ");
    return html`<li><time datetime=${event.at}>${clock(event.at)}</time><span class="nd ${kind}">${icon(picture)}</span>
      <div><b>${title(event)}</b> ${this.#moment(event.call_s)}${more ? html`<p>${more}</p>` : nothing}</div></li>`;
  }

  /** @param {number | null} at_s */
  #moment(at_s) {
    if (!this.leads || at_s === null) return nothing;
    const time = length(at_s);
    return html`<button type="button" class="at" aria-label=${t("timeline.jump", { time })} @click=${() => this.tell("seek", at_s)}>▸ ${time}</button>`;
  }
}
customElements.define("file-timeline", FileTimeline);
