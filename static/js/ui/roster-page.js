/** One week of the roster: who works when, what is booked, and for those who plan, drafts to change it by. */

import { html, nothing } from "/static/vendor/lit.js";
import { copy } from "../lib/clipboard.js";
import { format, plural, t } from "../lib/i18n.js";
import { hasDesk } from "../lib/staff-page.js";
import { wholeDate, zoneName } from "../lib/zones.js";
import { halves, onDuty, short, shown, time, weekNumber } from "../roster/halves.js";
import "./ask-dialog.js";
import { decimal } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import { DUTIES, dutyName } from "./roster-grid.js";
import "./roster-side.js";
import "./staff-rail.js";

/** @typedef {import("../lib/staff.js").Roster} Roster */
/** @typedef {import("../lib/staff.js").RosterDay} RosterDay */
/** @typedef {import("../lib/staff.js").RosterAgent} RosterAgent */
/** @typedef {import("./roster-grid.js").Choice} Choice */

/** @param {string} day */
const noon = (day) => `${day}T12:00:00Z`;
/** 29/12. @param {string} day */
const shortDate = (day) => format(noon(day), { timeZone: "UTC", day: "2-digit", month: "2-digit" }).replaceAll("-", "/");
/** @param {string} day */
const weekday = (day) => format(noon(day), { timeZone: "UTC", weekday: "short" });

export class RosterPage extends LightElement {
  static properties = { me: { attribute: false }, config: { attribute: false }, trouble: { attribute: false }, said: { attribute: false }, roster: { attribute: false }, talents: { attribute: false }, day: { attribute: false }, choice: { attribute: false }, filter: { state: true }, address: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** What came of a change, in a sentence. */
    this.said = "";
    /** @type {Roster | null} */
    this.roster = null;
    /** Languages and skills there are, for those who plan. @type {import("../lib/staff.js").Agents | null} */
    this.talents = null;
    /** Of the week, 0 is Monday. */
    this.day = 0;
    /** The half-hours chosen in the table. @type {Choice | null} */
    this.choice = null;
    /** A language or a skill; empty: everybody. */
    this.filter = "";
    /** Where the own calendar program asks; empty until one is made. */
    this.address = "";
    this.busy = false;
    this.addEventListener("choose", (event) => (this.choice = /** @type {CustomEvent<Choice>} */ (event).detail));
  }

  render() {
    const { roster } = this;
    return html`<staff-rail .me=${this.me} here="roster"></staff-rail>
      <main id="main" aria-busy=${roster ? nothing : "true"}><header class="bar"><div class="ttl"><h1>${roster ? t("roster.week", { n: weekNumber(roster.days[0].day) }) : t("roster.title")}</h1><p class="num">${roster ? this.#lede(roster) : ""}</p></div>
          ${roster ? this.#turn(roster) : nothing}</header>
        <div role="alert">${this.trouble ? html`<p class="alert bad flat">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
        <div role="status">${this.said ? html`<p class="alert ok flat">${icon("check")}<span>${this.said}</span></p>` : nothing}</div>
        ${roster ? html`<div class="g-ros ${roster.may_plan ? "" : "own"}"><div class="rmain">${this.address ? this.#own() : nothing}${roster.may_plan ? this.#planner(roster) : this.#mine(roster)}</div>
          ${roster.may_plan ? html`<roster-side .roster=${roster} .day=${this.day} .choice=${this.choice} .talents=${this.talents}></roster-side>` : nothing}</div>` : nothing}
        <ask-dialog question=${t("roster.rebook")} text=${this.#atStake()} no=${t("roster.rebook.no")} yes=${t("roster.rebook.yes")} @yes=${() => this.tell("rebook")}></ask-dialog></main>`;
  }

  /** @param {Roster} roster */
  #lede({ days, zone }) {
    const year = (/** @type {string} */ day) => format(noon(day), { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" }).replaceAll("-", "/");
    return `${year(days[0].day)} – ${year(days[6].day)} · ${zoneName(noon(days[0].day), zone)}`;
  }

  /** The appointments a change would leave without their agent, as far as they lie in this week. */
  #atStake() {
    const { roster } = this;
    const named = (roster?.conflicts ?? []).slice(0, 8).map(({ at, agent, reference }) => `${shortDate(at.slice(0, 10))} ${format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })} · ${agent} · ${reference}`);
    return [t("roster.rebook.text"), ...named].join("\n");
  }

  /** @param {Roster} roster */
  #turn(roster) {
    return html`<div class="grp">${this.me && hasDesk(this.me) ? html`<button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("open-calendar")}>${icon("calendar-plus")}<span>${t("roster.calendar")}</span></button>` : nothing}
        <button type="button" class="ib" aria-label=${t("roster.before")} @click=${() => this.tell("week", -7)}>${icon("chevron-left")}</button>
        <button type="button" class="btn sm" @click=${() => this.tell("week", 0)}>${t("roster.this-week")}</button>
        <button type="button" class="ib" aria-label=${t("roster.after")} @click=${() => this.tell("week", 7)}>${icon("chevron-right")}</button></div>
      ${roster.may_plan ? this.#drafts(roster) : nothing}`;
  }

  /** @param {Roster} roster */
  #drafts({ changes, conflicts, days }) {
    return html`<div class="grp">${changes ? html`<span class="pill warn num">${plural("roster.changes", changes)}</span>` : nothing}
        ${conflicts.length ? html`<span class="pill bad num">${icon("triangle-alert")}<span>${plural("roster.conflicts", conflicts.length)}</span></span>` : nothing}
        ${changes ? html`<button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("discard")}>${icon("rotate-ccw")}<span>${t("roster.discard")}</span></button>` : nothing}
        <button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("copy-week")}>${icon("copy")}<span>${t("roster.copy", { n: weekNumber(new Date(Date.parse(days[0].day) - 7 * 86_400_000).toISOString().slice(0, 10)) })}</span></button>
        <button type="button" class="btn primary sm" aria-disabled=${changes === 0} ?disabled=${this.busy} title=${changes ? nothing : t("roster.nothing-drafted")} @click=${() => changes && this.tell("publish")}>${icon("send")}<span>${t("roster.publish")}</span></button></div>`;
  }

  /** The address of the own calendar, once it is made: it cannot be shown again. */
  #own() {
    return html`<section class="panel in calendar" aria-labelledby="h-own"><h2 id="h-own" tabindex="-1">${t("roster.calendar")}</h2>
      <p class="sml">${t("roster.calendar.text")}</p><p><code>${this.address}</code></p>
      <div class="grp"><button type="button" class="btn sm" @click=${() => copy(this.address, this.querySelector(".calendar code"))}>${icon("copy")}<span>${t("roster.calendar.copy")}</span></button>
        <button type="button" class="btn sm" ?disabled=${this.busy} @click=${() => this.tell("close-calendar")}>${icon("trash-2")}<span>${t("roster.calendar.close")}</span></button></div></section>`;
  }

  /** @param {Roster} roster */
  #planner(roster) {
    const day = roster.days[this.day];
    const agents = roster.agents.filter(({ speaks, skills }) => !this.filter || speaks.includes(this.filter) || skills.includes(this.filter));
    return html`<div class="dtabs" role="tablist" aria-label=${t("roster.days")} @keydown=${this.#tabs}>${roster.days.map((one, n) => this.#tab(roster, one, n))}</div>
      <section class="panel" id="day" role="tabpanel" aria-labelledby="h-g" tabindex="-1"><header><div class="ph"><h2 id="h-g">${wholeDate(noon(day.day), "UTC")}</h2><span class="sub">${this.#sum(roster)}</span></div>
        <label class="fld sm"><span class="sr">${t("roster.group")}</span><select @change=${(/** @type {Event} */ event) => (this.filter = /** @type {HTMLSelectElement} */ (event.target).value)}><option value="">${t("roster.everybody")}</option>${this.talents?.languages.map((code) => html`<option value=${code}>${t(`speaks.${code}`)}</option>`)}${this.talents?.skills.map((skill) => html`<option value=${skill}>${skill}</option>`)}</select></label></header>
        <roster-grid .roster=${roster} .day=${this.day} .agents=${agents} .choice=${this.choice}></roster-grid></section>`;
  }

  /** How many take calls, are away, are in training. @param {Roster} roster */
  #sum({ agents }) {
    const days = agents.map(({ days: all }) => all[this.day]);
    const off = days.filter((day) => day.off.length).length;
    const training = days.filter(({ stints }) => stints.some(({ duty }) => duty === "training")).length;
    const works = days.filter(({ stints }) => stints.some(({ duty }) => duty === "available")).length;
    return [plural("roster.sum-works", works), off ? plural("roster.sum-off", off) : "", training ? plural("roster.sum-training", training) : ""].filter(Boolean).join(" · ");
  }

  /** @param {Roster} roster @param {RosterDay} day @param {number} n */
  #tab({ agents, today }, day, n) {
    const days = agents.map(({ days: all }) => all[n]);
    const works = days.filter(({ stints, off }) => stints.some(({ duty }) => duty === "available") && !off.some(({ span }) => span === "00:00-24:00")).length;
    const missing = day.need && !day.closed ? short(onDuty(days, day.off), day.need) : 0;
    const drafted = days.some((one) => one.drafted);
    const kind = day.closed ? "off" : missing ? "low" : "ok";
    const state = day.closed ? html`${day.off.length ? icon("calendar") : nothing}<span>${day.off[0]?.note || t("roster.closed")}</span>`
      : missing ? html`${icon("triangle-alert")}<span>${t("roster.short", { n: decimal(missing, missing % 1 ? 1 : 0) })}</span>`
        : html`<span>${day.need ? t("roster.covered") : day.opening.replace("-", "–")}</span>`;
    return html`<button type="button" role="tab" class="dt ${kind}" aria-selected=${n === this.day} tabindex=${n === this.day ? 0 : -1} aria-controls="day" @click=${() => this.#open(n)}>
      <b class="num">${weekday(day.day)} ${shortDate(day.day)}${day.day === today ? html`<span class="sr">, ${t("roster.today")}</span><i class="now" aria-hidden="true"></i>` : nothing}</b><span class="dn num">${drafted ? html`<span class="dot"></span><span class="sr">${t("roster.draft")}</span> ` : nothing}${day.closed ? "" : works}</span><span class="ds">${state}</span></button>`;
  }

  /** @param {number} n */
  #open(n) {
    this.day = n;
    this.choice = null;
  }

  #tabs = (/** @type {KeyboardEvent} */ event) => {
    const by = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 })[event.key];
    if (!by) return;
    event.preventDefault();
    this.#open((this.day + by + 7) % 7);
    this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`[role="tab"][aria-selected="true"]`))?.focus());
  };

  /** The week of who does not plan: a line for each day. @param {Roster} roster */
  #mine(roster) {
    const [from, to] = shown(roster.days.map(({ opening }) => opening));
    const columns = Array.from({ length: to - from }, (_, n) => from + n);
    const me = roster.agents[0];
    if (!me) return html`<div class="empty">${icon("calendar-clock")}<b>${t("roster.no-shift")}</b></div>`;
    return html`<section class="panel"><header><h2>${me.name}</h2></header>
      <ul class="legend">${DUTIES.filter(([, duty]) => duty).map(([, duty, kind]) => html`<li><span class="sw ${kind}" aria-hidden="true"><i></i></span>${dutyName(duty)}</li>`)}</ul>
      <div class="gw" tabindex="0" role="group" aria-label=${t("roster.table")}><table class="rg ${columns.length > 30 ? "wide" : ""}"><caption class="sr">${t("roster.title")}</caption>
        <thead><tr><th scope="col">${t("roster.day")}</th>${columns.filter((at) => at % 2 === 0).map((at) => html`<th scope="col" colspan="2" class="hr num">${time(at)}</th>`)}</tr></thead>
        <tbody>${roster.days.map((day, n) => this.#line(day, me.days[n], columns, day.day === roster.today))}</tbody></table></div></section>`;
  }

  /** @param {RosterDay} day @param {RosterAgent["days"][number]} mine @param {number[]} columns @param {boolean} isToday */
  #line(day, mine, columns, isToday) {
    const kinds = Object.fromEntries(DUTIES.map(([, duty, kind]) => [duty, kind]));
    const away = [...day.off, ...mine.off];
    const said = [...mine.stints.map(({ duty, span }) => `${span.replace("-", "–")} ${dutyName(duty)}`), ...away.map(({ span, note }) => `${span.replace("-", "–")} ${note || t("duty.away")}`)];
    const cells = halves(mine.stints);
    const isAway = (/** @type {number} */ at) => onDuty([{ stints: [{ duty: "available", span: "00:00-24:00" }], off: away }], [])[at] === 0;
    return html`<tr class=${isToday ? "cur" : ""}><th scope="row" aria-current=${isToday ? "date" : nothing}><span class="rn"><span><b class="num">${weekday(day.day)} ${shortDate(day.day)}</b><small>${day.closed ? (day.off[0]?.note || t("roster.closed")) : (mine.off.length ? t("roster.off") : "")}</small></span></span><span class="sr">${said.join(", ") || t("roster.no-shift")}</span></th>
      ${columns.map((at) => html`<td aria-hidden="true" class="${kinds[cells[at]]} ${isAway(at) || day.closed ? "away" : ""} ${at % 2 ? "" : "hr"}"><i></i></td>`)}</tr>`;
  }
}
customElements.define("roster-page", RosterPage);
