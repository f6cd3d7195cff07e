/** The days ahead as one row, and the times of the chosen day, by part of the day. */

import { html, nothing } from "/static/vendor/lit.js";
import { format, plural, t } from "../lib/i18n.js";
import { differs, exactly, OWN_ZONE, ownTime, wall, wholeDate, zoneName } from "../lib/zones.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/customer.js").Day} Day */
/** @typedef {import("../lib/customer.js").Slot} Slot */

/** Parts of the day and the hour each ends at. */
const PARTS = /** @type {const} */ ([["morning", "sun", 12], ["afternoon", "contrast", 18], ["evening", "clock", 24]]);

/** Noon of a calendar day, for its names alone. @param {string} day */
const noon = (day) => `${day}T12:00:00Z`;
/** @param {Day} day */
export const canChoose = ({ slots }) => slots.some(({ free }) => free > 0);

/** @param {Slot[]} slots @param {string} zone */
export function parts(slots, zone) {
  const hour = (/** @type {Slot} */ { at }) => Number(wall(at, zone).slice(0, 2));
  return PARTS.map(([name, picture, until], n) => ({ name, picture, slots: slots.filter((slot) => hour(slot) < until && hour(slot) >= (PARTS[n - 1]?.[2] ?? 0)) }));
}

export class SlotPicker extends LightElement {
  static properties = { days: { attribute: false }, zone: {}, held: {}, exact: { attribute: false }, day: { state: true }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {Day[]} */
    this.days = [];
    this.zone = "UTC";
    /** The time held for this customer; empty when none is. */
    this.held = "";
    /** Other times may be named in steps of so many minutes; 0: none. */
    this.exact = 0;
    this.day = "";
    this.busy = false;
  }

  render() {
    const heldDay = this.days.find(({ slots }) => slots.some(({ at }) => at === this.held));
    const shown = this.days.find(({ day }) => day === this.day) ?? heldDay ?? this.days.find(canChoose);
    return html`<section class="card stack" aria-labelledby="h-day">
      <fieldset><legend class="hd2" id="h-day">${t("booking.day")}</legend>
        <div class="days">${this.days.map((day, n) => this.#day(day, n === 0, day === shown))}</div></fieldset>
      ${shown ? this.#times(shown) : html`<p class="notice warn">${icon("calendar-x")}<span>${t("booking.none")}</span></p>`}
    </section>`;
  }

  /** @param {Day} day @param {boolean} isToday @param {boolean} isShown */
  #day(day, isToday, isShown) {
    const at = noon(day.day);
    const open = canChoose(day);
    const short = isToday ? t("booking.today") : format(at, { timeZone: "UTC", weekday: "short" });
    const said = `${isToday ? `${t("booking.today")}, ` : ""}${wholeDate(at, "UTC")}${open ? "" : `, ${t(day.closed ? "booking.closed" : "booking.full")}`}`;
    const number = String(Number(day.day.slice(8)));
    return html`<label class="pick"><input type="radio" name="day" value=${day.day} aria-label=${said} ?disabled=${!open} .checked=${isShown}
      @change=${() => (this.day = day.day)}><span><small>${short}</small>${open ? number : html`<s>${number}</s>`}</span></label>`;
  }

  /** @param {Day} day */
  #times(day) {
    const first = day.slots[0].at;
    return html`${parts(day.slots, this.zone).map(({ name, picture, slots }) => slots.length ? html`<fieldset class="part">
        <legend>${icon(picture)}<span>${t(`booking.${name}`)}</span><small>${plural("booking.left", slots.reduce((sum, { free }) => sum + (free > 0 ? 1 : 0), 0))}</small></legend>
        <div class="slots">${slots.map((slot) => this.#slot(slot))}</div></fieldset>` : nothing)}
      <p class="small tz">${icon("globe")}<span>${zoneName(first, this.zone)}. ${differs(first, this.zone)
        ? t("booking.zone.own", { zone: zoneName(first, OWN_ZONE) }) : t("booking.zone.same")}</span></p>
      ${this.exact ? this.#exactly(first) : nothing}`;
  }

  /** "Call me at exactly this time". @param {string} first */
  #exactly(first) {
    const isHeld = this.held && !this.days.some(({ slots }) => slots.some(({ at }) => at === this.held));
    return html`<form class="exact" @submit=${(/** @type {SubmitEvent} */ event) => this.#name(event, first)}>
      <label class="stack-s"><span class="small">${t("booking.exact")}</span>
        <input class="input num" type="time" name="time" required step=${this.exact * 60} .value=${isHeld ? wall(this.held, this.zone) : ""}></label>
      <button class="btn" ?disabled=${this.busy}>${icon("alarm-clock")}<span>${t("booking.exact.hold")}</span></button></form>`;
  }

  /** @param {SubmitEvent} event @param {string} first */
  #name(event, first) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const at = exactly(String(new FormData(form).get("time")), first, this.zone);
    if (at) this.tell("hold", at);
  }

  /** @param {Slot} slot */
  #slot({ at, free }) {
    const time = wall(at, this.zone);
    const own = differs(at, this.zone) ? ownTime(at, this.zone) : "";
    const open = free > 0 || at === this.held;
    const said = [time, zoneName(at, this.zone), own && t("booking.own", { time: own }), open ? "" : t("booking.full")].filter(Boolean).join(", ");
    return html`<label class="pick"><input type="radio" name="slot" value=${at} aria-label=${said} ?disabled=${!open} .checked=${at === this.held}
      @change=${() => this.tell("hold", at)}><span>${open ? time : html`<s>${time}</s>`}${own ? html`<small>${own}</small>` : nothing}</span></label>`;
  }
}
customElements.define("slot-picker", SlotPicker);
