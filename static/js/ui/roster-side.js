/** Beside the roster's table: one agent's shift as a form, what that agent can do, a slot, and who is away. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { wholeDate } from "../lib/zones.js";
import { DAY, ends, framed, halfWith, halves, painted, shift, span, stints, time } from "../roster/halves.js";
import { changed } from "./agents-page.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import { DUTIES, dutyName } from "./roster-grid.js";

/** @typedef {import("../lib/staff.js").Roster} Roster */
/** @typedef {import("../lib/staff.js").RosterAgent} RosterAgent */
/** @typedef {import("../roster/halves.js").Stint} Stint */
/** @typedef {import("../roster/halves.js").Duty} Duty */

const TIMES = Array.from({ length: DAY + 1 }, (_, at) => at);
/** What interrupts a shift. @type {Duty[]} */
const PAUSES = ["break", "meeting", "training"];
const WEEKDAYS = [0, 1, 2, 3, 4];
const LUNCH = "12:00-12:30";
/** @param {string} day */
const noon = (day) => `${day}T12:00:00Z`;
/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;

export class RosterSide extends LightElement {
  static properties = { roster: { attribute: false }, day: { attribute: false }, choice: { attribute: false }, talents: { attribute: false }, shiftOf: { state: true }, pauses: { state: true }, adding: { state: true } };

  constructor() {
    super();
    /** @type {Roster | null} */
    this.roster = null;
    this.day = 0;
    /** @type {import("./roster-grid.js").Choice | null} */
    this.choice = null;
    /** Languages and skills there are. @type {import("../lib/staff.js").Agents | null} */
    this.talents = null;
    /** The form: from and to, empty without a shift. @type {[number, number] | null} */
    this.shiftOf = null;
    /** @type {Stint[]} */
    this.pauses = [];
    /** Whose absence is being added: "" the bank's. @type {string | null} */
    this.adding = null;
  }

  /** @returns {RosterAgent | undefined} */
  get agent() {
    return this.roster?.agents.find(({ id }) => id === this.choice?.agent);
  }

  /** The form follows what was chosen and what was painted in the table. @param {Map<string, unknown>} was */
  willUpdate(was) {
    if (!["roster", "day", "choice"].some((name) => was.has(name))) return;
    const day = this.agent?.days[this.day];
    this.shiftOf = day ? shift(halves(day.stints)) : null;
    this.pauses = day ? day.stints.filter(({ duty }) => PAUSES.includes(duty)) : [];
  }

  render() {
    const { roster, agent } = this;
    if (!roster) return nothing;
    return html`<aside class="side" aria-label=${t("roster.edit")}><div class="scroll" tabindex="0" role="group" aria-label=${t("roster.edit")}>
        ${agent ? html`${this.#shift(roster, agent)}${this.#talents(agent)}${this.#slot(roster)}` : html`<div class="empty">${icon("calendar-clock")}<b>${t("roster.choose")}</b><span>${t("roster.choose-more")}</span></div>`}
        ${this.#away(roster)}</div>
      ${agent ? html`<form class="dec" @submit=${this.#save}><label class="ckl"><input type="checkbox" name="weekdays"><span>${t("roster.weekdays")}</span></label>
        <label class="ckl"><input type="checkbox" name="weekly" .checked=${agent.days[this.day].weekly}><span>${t("roster.every-week")}</span></label>
        <button class="btn primary">${icon("save")}<span>${t("roster.save")}</span></button></form>` : nothing}</aside>`;
  }

  /** @param {Roster} roster @param {RosterAgent} agent */
  #shift(roster, agent) {
    const [from, to] = this.shiftOf ?? [0, 0];
    return html`<section aria-labelledby="h-shift"><div class="sh"><h2 id="h-shift">${agent.name}</h2>${pill("", wholeDate(noon(roster.days[this.day].day), "UTC"))}</div>
        <div class="two">${this.#time("roster.start", from, (at) => (this.shiftOf = [at, Math.max(to, at)]))}${this.#time("roster.end", to, (at) => (this.shiftOf = [Math.min(from, at), at]))}</div>
        ${this.shiftOf && from < to ? nothing : html`<p class="sml mut">${t("roster.no-shift")}</p>`}</section>
      <section aria-labelledby="h-pauses"><div class="sh"><h3 id="h-pauses">${t("roster.pauses")}</h3><button type="button" class="btn xs quiet" @click=${() => (this.pauses = [...this.pauses, { duty: "break", span: LUNCH }])}>${icon("plus")}<span>${t("roster.add")}</span></button></div>
        <ul class="brs">${this.pauses.map((one, n) => this.#pause(one, n))}</ul></section>`;
  }

  /** @param {string} label @param {number} at @param {(at: number) => void} set @param {boolean} [hidden] */
  #time(label, at, set, hidden = false) {
    return html`<label class="fld sm"><span class=${hidden ? "sr" : "fl"}>${t(label)}</span><select @change=${(/** @type {Event} */ event) => set(Number(valueOf(event)))}>${TIMES.map((one) => html`<option value=${one} .selected=${one === at}>${time(one)}</option>`)}</select></label>`;
  }

  /** @param {Stint} one @param {number} n */
  #pause(one, n) {
    const [from, to] = ends(one.span);
    const kind = DUTIES.find(([, duty]) => duty === one.duty)?.[2];
    /** @param {Partial<Stint>} change */
    const set = (change) => (this.pauses = this.pauses.map((other, at) => (at === n ? { ...other, ...change } : other)));
    return html`<li><span class="sw ${kind}" aria-hidden="true"><i></i></span>
      ${this.#time("roster.from", from, (at) => set({ span: span(at, Math.max(to, at + 1)) }), true)}<span class="mut" aria-hidden="true">–</span>${this.#time("roster.to", to, (at) => set({ span: span(Math.min(from, at - 1), at) }), true)}
      <label class="fld sm"><span class="sr">${t("roster.kind")}</span><select @change=${(/** @type {Event} */ event) => set({ duty: /** @type {Duty} */ (valueOf(event)) })}>${PAUSES.map((duty) => html`<option value=${duty} .selected=${duty === one.duty}>${dutyName(duty)}</option>`)}</select></label>
      <button type="button" class="ib bare" aria-label=${t("roster.remove", { what: dutyName(one.duty), time: time(from) })} @click=${() => (this.pauses = this.pauses.filter((_, at) => at !== n))}>${icon("trash-2")}</button></li>`;
  }

  #save = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const { agent } = this;
    if (!agent) return;
    const bare = /** @type {import("../roster/halves.js").Half[]} */ (halves(agent.days[this.day].stints).map((duty) => (duty ? "available" : "")));
    const [from, to] = this.shiftOf ?? [0, 0];
    const day = this.pauses.reduce((all, one) => painted(all, ...ends(one.span), one.duty), framed(bare, from, to));
    const days = fields.get("weekdays") ? [...new Set([...WEEKDAYS, this.day])] : [this.day];
    /** @type {HTMLFormElement} */ (event.target).reset();
    this.tell("draft", { agent: agent.id, days, stints: stints(day), weekly: Boolean(fields.get("weekly")) });
  };

  /** @param {RosterAgent} agent */
  #talents(agent) {
    const { talents } = this;
    if (!talents) return nothing;
    const { id, speaks, skills } = agent;
    /** @param {"speaks" | "skills"} list @param {string} word @param {string} name */
    const chip = (list, word, name) => {
      const has = agent[list].includes(word);
      const last = list === "speaks" && has && speaks.length === 1; // whoever speaks none could serve nobody
      return html`<button type="button" class="chip" aria-pressed=${has} aria-disabled=${last} @click=${() => last || this.tell("teach", { id, speaks, skills, [list]: changed(agent[list], word, !has) })}>${name}</button>`;
    };
    return html`<section aria-labelledby="h-talents"><div class="sh"><h3 id="h-talents">${t("roster.talents")}</h3></div><div class="chips" role="group" aria-labelledby="h-talents">
      ${talents.languages.map((code) => chip("speaks", code, t(`speaks.${code}`)))}${talents.skills.map((skill) => chip("skills", skill, skill))}</div><p class="sml mut">${t("roster.at-once")}</p></section>`;
  }

  /** The slot the choice begins in. @param {Roster} roster */
  #slot({ days, kept }) {
    const at = this.choice?.from ?? 0;
    const slot = days[this.day].slots.find(({ from }) => halfWith(from) === at);
    if (!slot) return nothing;
    const free = Math.max(0, slot.capacity - slot.taken - kept);
    return html`<section class="sep" aria-labelledby="h-slot"><div class="sh"><h3 id="h-slot">${t("roster.slot", { time: slot.from })}</h3>${free ? pill("ok", t("roster.has-room"), "check") : pill("", t("roster.full"))}</div>
      <dl class="kv"><dt>${t("roster.places")}</dt><dd class="num">${free}</dd><dt>${t("roster.taken")}</dt><dd class="num">${slot.taken}</dd><dt>${t("roster.kept")}</dt><dd class="num">${Math.min(kept, slot.capacity)}</dd></dl></section>`;
  }

  /** @param {Roster} roster */
  #away(roster) {
    const { agent } = this;
    const closed = roster.days.flatMap(({ day, off }) => off.map((one) => ({ ...one, day, agent: "" })));
    const away = agent ? agent.days.flatMap(({ off }, n) => off.map((one) => ({ ...one, day: roster.days[n].day, agent: agent.id }))) : [];
    return html`<section class="sep" aria-labelledby="h-away"><div class="sh"><h3 id="h-away">${t("roster.closures")}</h3><button type="button" class="btn xs quiet" aria-expanded=${this.adding !== null} @click=${() => (this.adding = this.adding === null ? (agent?.id ?? "") : null)}>${icon("plus")}<span>${t("roster.add")}</span></button></div>
      ${this.adding === null ? nothing : this.#absence(roster, agent)}
      <ul class="hol">${[...closed, ...away].map((one) => html`<li>${icon("calendar")}<span><b>${wholeDate(noon(one.day), "UTC")}</b><span class="s">${[one.agent ? agent?.name : t("roster.bank"), one.note, one.span === "00:00-24:00" ? t("roster.whole-day") : one.span.replace("-", "–")].filter(Boolean).join(" · ")}</span></span>
        <button type="button" class="ib bare" aria-label=${t("roster.take-back", { day: wholeDate(noon(one.day), "UTC") })} @click=${() => this.tell("work", { agent: one.agent, day: one.day, span: one.span })}>${icon("trash-2")}</button></li>`)}</ul>
      ${closed.length + away.length || this.adding !== null ? nothing : html`<p class="sml mut">${t("roster.no-closures")}</p>`}</section>`;
  }

  /** @param {Roster} roster @param {RosterAgent | undefined} agent */
  #absence(roster, agent) {
    return html`<form class="abs" @submit=${this.#takeOff}>
      <label class="fld sm"><span class="fl">${t("roster.who")}</span><select name="agent">${agent ? html`<option value=${agent.id} .selected=${this.adding === agent.id}>${agent.name}</option>` : nothing}<option value="">${t("roster.bank")}</option></select></label>
      <label class="fld sm"><span class="fl">${t("roster.day")}</span><select name="day">${roster.days.map(({ day }, n) => html`<option value=${day} .selected=${n === this.day}>${wholeDate(noon(day), "UTC")}</option>`)}</select></label>
      <div class="two"><label class="fld sm"><span class="fl">${t("roster.from")}</span><select name="from">${TIMES.slice(0, -1).map((at) => html`<option value=${at}>${time(at)}</option>`)}</select></label>
        <label class="fld sm"><span class="fl">${t("roster.to")}</span><select name="to">${TIMES.slice(1).map((at) => html`<option value=${at} ?selected=${at === DAY}>${time(at)}</option>`)}</select></label></div>
      <label class="fld sm"><span class="fl">${t("roster.note")}</span><input name="note" maxlength="120"></label>
      <div class="grp"><button class="btn sm primary">${t("roster.take-off")}</button><button type="button" class="btn sm" @click=${() => (this.adding = null)}>${t("roster.leave")}</button></div><p class="sml mut">${t("roster.at-once")}</p></form>`;
  }

  #takeOff = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const read = (/** @type {string} */ name) => String(fields.get(name) ?? "");
    this.tell("take-off", { agent: read("agent"), day: read("day"), span: span(Number(read("from")), Number(read("to"))), note: read("note") });
    this.adding = null;
  };
}
customElements.define("roster-side", RosterSide);
