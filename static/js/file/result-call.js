/** The call in which a result is explained: when it is, and for those who may, a time for it. */

import { html, nothing } from "/static/vendor/lit.js";
import { t, timeAndDay } from "../lib/i18n.js";
import { wall, wholeDate } from "../lib/zones.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */
/** @typedef {import("../lib/customer.js").Day} Day */

export class ResultCall extends LightElement {
  static properties = { file: { attribute: false }, days: { attribute: false }, zone: { attribute: false }, day: { state: true } };

  constructor() {
    super();
    /** @type {CustomerFile | null} */
    this.file = null;
    /** Times there are; null until they are asked for. @type {Day[] | null} */
    this.days = null;
    this.zone = "UTC";
    this.day = "";
  }

  render() {
    const { file } = this;
    if (!file || (!file.may.arrange && !file.appointment)) return nothing;
    const { appointment, may } = file;
    return html`<section aria-labelledby="h-talk"><div class="sh"><h2 id="h-talk">${t("talk.title")}</h2></div>
      ${appointment ? html`<ul class="kv"><li>${icon("calendar-check", "okc")}<span class="num">${t("talk.booked", { time: timeAndDay(appointment.at), agent: appointment.agent })}</span></li></ul>` : html`<p class="hint">${t("talk.text")}</p>`}
      ${may.arrange ? this.#arrange(appointment !== null) : nothing}</section>`;
  }

  /** @param {boolean} isBooked */
  #arrange(isBooked) {
    if (!this.days) return html`<div class="grp"><button type="button" class="btn sm" @click=${() => this.tell("find-times")}>${icon("calendar-plus")}<span>${t(isBooked ? "talk.move" : "talk.find")}</span></button>
      ${isBooked ? html`<button type="button" class="btn sm" @click=${() => this.tell("give-up")}>${icon("calendar-x")}<span>${t("talk.cancel")}</span></button>` : nothing}</div>`;
    const open = this.days.map((one) => ({ ...one, slots: one.slots.filter(({ free }) => free > 0) })).filter(({ slots }) => slots.length);
    const shown = open.find(({ day }) => day === this.day) ?? open[0];
    if (!shown) return html`<p class="hint" role="status">${t("talk.none")}</p>`;
    return html`<form class="talk" @submit=${this.#book}>
      <label class="fld sm"><span class="fl">${t("talk.day")}</span><select @change=${(/** @type {Event} */ event) => (this.day = /** @type {HTMLSelectElement} */ (event.target).value)}>${open.map(({ day }) => html`<option value=${day} .selected=${day === shown.day}>${wholeDate(`${day}T12:00:00Z`, "UTC")}</option>`)}</select></label>
      <label class="fld sm"><span class="fl">${t("talk.time")}</span><select name="at">${shown.slots.map(({ at }) => html`<option value=${at}>${wall(at, this.zone)}</option>`)}</select></label>
      <button class="btn sm primary">${t("talk.book")}</button></form>`;
  }

  #book = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const at = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("at"));
    this.tell("arrange", at);
  };
}
customElements.define("result-call", ResultCall);
