/** One week of the roster: who works when, what is booked, and for those who plan, the means to change it. */

import { html, nothing } from "/static/vendor/lit.js";
import { copy } from "../lib/clipboard.js";
import { format, t } from "../lib/i18n.js";
import { hasDesk } from "../lib/staff-page.js";
import { wholeDate, zoneName } from "../lib/zones.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import "./staff-rail.js";

/** @typedef {import("../lib/staff.js").Roster} Roster */
/** @typedef {import("../lib/staff.js").RosterDay} RosterDay */
/** @typedef {import("../lib/staff.js").RosterAgent} RosterAgent */

const DAY_MIN = 1440;
const WEEKDAYS = [0, 1, 2, 3, 4];
/** @param {string} day */
const noon = (day) => `${day}T12:00:00Z`;
/** 08:30 → 510. @param {string} time */
const minute = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
/** What a field for times of day shows for the midnight that follows. @param {string} time */
const shownTime = (time) => (time === "24:00" ? "00:00" : time);

export class RosterPage extends LightElement {
  static properties = { me: { attribute: false }, config: { attribute: false }, trouble: { attribute: false }, roster: { attribute: false }, chosen: { attribute: false }, address: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = "";
    /** @type {Roster | null} */
    this.roster = null;
    /** Whose day is open beside the table. @type {{agent: string, day: number} | null} */
    this.chosen = null;
    /** Where the own calendar program asks; empty until one is made. */
    this.address = "";
    this.busy = false;
  }

  render() {
    const { roster } = this;
    return html`<staff-rail .me=${this.me} here="roster"></staff-rail>
      <main id="main"><header class="bar"><div class="ttl"><h1>${t("roster.title")}</h1><p>${roster ? this.#lede(roster) : ""}</p></div>
          ${roster ? this.#turn() : nothing}</header>
        <div class="smain"><div role="alert">${this.trouble ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
          ${this.address ? this.#own() : nothing}
          ${roster ? html`<div class="g-roster"><div class="panel grow" tabindex="0" role="group" aria-label=${t("roster.title")}>${this.#table(roster)}</div>${this.#side(roster)}</div>` : nothing}</div></main>`;
  }

  /** @param {Roster} roster */
  #lede({ days, zone }) {
    return `${wholeDate(noon(days[0].day), "UTC")} – ${wholeDate(noon(days[6].day), "UTC")} · ${zoneName(noon(days[0].day), zone)}`;
  }

  /** The address of the own calendar, once it is made: it cannot be shown again. */
  #own() {
    return html`<section class="panel in calendar" aria-labelledby="h-own"><h2 id="h-own" tabindex="-1">${t("roster.calendar")}</h2>
      <p class="sml">${t("roster.calendar.text")}</p><p><code>${this.address}</code></p>
      <div class="grp"><button type="button" class="btn sm" @click=${() => copy(this.address, this.querySelector(".calendar code"))}>${icon("copy")}<span>${t("roster.calendar.copy")}</span></button>
        <button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("close-calendar")}>${icon("trash-2")}<span>${t("roster.calendar.close")}</span></button></div></section>`;
  }

  #turn() {
    return html`<div class="grp">${this.me && hasDesk(this.me) ? html`<button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("open-calendar")}>${icon("calendar-plus")}<span>${t("roster.calendar")}</span></button>` : nothing}
      <button type="button" class="ib" aria-label=${t("roster.before")} @click=${() => this.tell("week", -7)}>${icon("chevron-left")}</button>
      <button type="button" class="btn sm" @click=${() => this.tell("week", 0)}>${t("roster.this-week")}</button>
      <button type="button" class="ib" aria-label=${t("roster.after")} @click=${() => this.tell("week", 7)}>${icon("chevron-right")}</button></div>`;
  }

  /** @param {Roster} roster */
  #table(roster) {
    return html`<table class="tbl roster"><caption class="sr">${t("roster.title")}</caption>
      <thead><tr><th scope="col">${t("roster.agent")}</th>${roster.days.map((day) => this.#head(day, day.day === roster.today))}</tr></thead>
      <tbody>${roster.agents.map((agent) => html`<tr><th scope="row">${agent.name}</th>${roster.days.map((day, n) => html`<td>${this.#cell(roster, agent, day, n)}</td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t("roster.booked")}</th>${roster.days.map(({ booked, slots }) => html`<td class="num">${booked} / ${slots.reduce((sum, { capacity }) => sum + capacity, 0)}</td>`)}</tr></tfoot></table>`;
  }

  /** @param {RosterDay} day @param {boolean} isToday */
  #head(day, isToday) {
    const name = `${format(noon(day.day), { timeZone: "UTC", weekday: "short" })} ${format(noon(day.day), { timeZone: "UTC", day: "2-digit", month: "2-digit" }).replaceAll("-", "/")}`;
    return html`<th scope="col" aria-current=${isToday ? "date" : nothing}><span>${name}</span>
      <small>${day.closed ? (day.note || t("roster.closed")) : day.opening.replace("-", "–")}</small></th>`;
  }

  /** @param {Roster} roster @param {RosterAgent} agent @param {RosterDay} day @param {number} n */
  #cell(roster, agent, day, n) {
    const { spans, off } = agent.days[n];
    const text = off ? t("roster.off") : spans.map((span) => span.replace("-", "–")).join(", ") || "–";
    const bars = html`<svg class="bars" viewBox="0 0 ${DAY_MIN} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="tr" width=${DAY_MIN} height="10"></rect>
      ${off || day.closed ? nothing : spans.map((span) => this.#bar(span))}</svg>`;
    if (!roster.may_plan) return html`<span class="shift">${text}</span>${bars}`;
    const isChosen = this.chosen?.agent === agent.id && this.chosen.day === n;
    return html`<button type="button" class="shift" aria-pressed=${isChosen} aria-label=${`${agent.name}, ${wholeDate(noon(day.day), "UTC")}: ${text}`} @click=${() => (this.chosen = { agent: agent.id, day: n })}>${text}</button>${bars}`;
  }

  /** @param {string} span */
  #bar(span) {
    const [start, end] = span.split("-").map(minute);
    return html`<svg x=${start} width=${end - start} height="10" viewBox="0 0 1 1" preserveAspectRatio="none"><rect class="on" width="1" height="1"></rect></svg>`;
  }

  /** @param {Roster} roster */
  #side(roster) {
    if (!roster.may_plan) return nothing;
    const agent = roster.agents.find(({ id }) => id === this.chosen?.agent);
    if (!agent || !this.chosen) return html`<section class="panel in side-roster"><div class="empty">${icon("calendar-clock")}<b>${t("roster.choose")}</b><span>${t("roster.choose-more")}</span></div></section>`;
    const day = roster.days[this.chosen.day];
    const { spans, off } = agent.days[this.chosen.day];
    return html`<section class="panel in side-roster" aria-labelledby="h-shift"><header><h2 id="h-shift">${agent.name}</h2>${pill("", wholeDate(noon(day.day), "UTC"))}</header>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.#save(event, agent.id)}>
        ${[0, 1].map((n) => html`<div class="two">${this.#time(`start-${n}`, n ? "roster.start-2" : "roster.start", spans[n]?.split("-")[0])}${this.#time(`end-${n}`, n ? "roster.end-2" : "roster.end", spans[n]?.split("-")[1])}</div>`)}
        <p class="sml mut">${t("roster.every-week")}</p>
        <label class="ckl"><input type="checkbox" name="weekdays"><span>${t("roster.weekdays")}</span></label>
        <button class="btn primary" ?disabled=${this.busy}>${icon("save")}<span>${t("roster.save")}</span></button></form>
      <div class="grp">${this.#dayOff(off, agent.id, day, off ? "roster.work" : "roster.take-off")}
        ${this.#dayOff(day.off, "", day, day.off ? "roster.open" : "roster.close")}</div></section>`;
  }

  /** @param {string} name @param {string} label @param {string} [value] */
  #time(name, label, value = "") {
    return html`<label class="fld"><span class="fl">${t(label)}</span><input type="time" name=${name} .value=${shownTime(value)}></label>`;
  }

  /** @param {boolean} isOff @param {string} agent @param {RosterDay} day @param {string} label */
  #dayOff(isOff, agent, day, label) {
    return html`<button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell(isOff ? "work" : "take-off", { agent, day: day.day })}>${icon(isOff ? "calendar-check" : "calendar-x")}<span>${t(label)}</span></button>`;
  }

  /** @param {SubmitEvent} event @param {string} agent */
  #save(event, agent) {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const time = (/** @type {string} */ name) => String(fields.get(name) ?? "");
    const spans = [0, 1].map((n) => [time(`start-${n}`), time(`end-${n}`)]).filter(([start, end]) => start || end)
      .map(([start, end]) => `${start}-${end === "00:00" ? "24:00" : end}`);
    const day = this.chosen?.day ?? 0;
    this.tell("save", { agent, weekdays: fields.get("weekdays") ? [...new Set([...WEEKDAYS, day])] : [day], spans });
  }
}
customElements.define("roster-page", RosterPage);
