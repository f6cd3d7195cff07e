/** One day of the roster in half-hours: everybody's time, changed by keys and buttons, and who is missing. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { ends, halfWith, halves, hours, onDuty, painted, shown, slid, stints, time } from "../roster/halves.js";
import { decimal } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import { initials } from "./staff-rail.js";

/** @typedef {import("../lib/staff.js").Roster} Roster */
/** @typedef {import("../lib/staff.js").RosterAgent} RosterAgent */
/** @typedef {import("../roster/halves.js").Half} Half */
/** The half-hours of one agent that are chosen. @typedef {{agent: string, from: number, to: number}} Choice */

/** What a key and a button make of the chosen half-hours, with the class of its drawing. @type {[key: string, duty: Half, kind: string][]} */
export const DUTIES = [["1", "available", "work"], ["2", "break", "brk"], ["3", "meeting", "meet"], ["4", "training", "train"], ["0", "", "off"]];
const KINDS = Object.fromEntries(DUTIES.map(([, duty, kind]) => [duty, kind]));
/** @param {Half} duty */
export const dutyName = (duty) => t(`duty.${duty || "off"}`);

export class RosterGrid extends LightElement {
  static properties = { roster: { attribute: false }, day: { attribute: false }, agents: { attribute: false }, choice: { attribute: false } };

  constructor() {
    super();
    /** @type {Roster | null} */
    this.roster = null;
    /** Of the week, 0 is Monday. */
    this.day = 0;
    /** Those the filter leaves. @type {RosterAgent[]} */
    this.agents = [];
    /** @type {Choice | null} */
    this.choice = null;
    /** Where the choice began, so that Shift goes both ways. */
    this.anchor = 0;
  }

  render() {
    const { roster } = this;
    if (!roster) return nothing;
    const [from, to] = this.frame;
    const columns = Array.from({ length: to - from }, (_, n) => from + n);
    const heads = columns.filter((at) => at % 2 === 0);
    return html`${this.#tools()}
      <div class="gw" tabindex="0" role="group" aria-label=${t("roster.table")}><table class="rg ${columns.length > 30 ? "wide" : ""}" role="grid" aria-multiselectable="true" aria-labelledby="h-g" aria-describedby="kb" @keydown=${this.#key}>
        <thead><tr role="row"><th scope="col" role="columnheader">${t("roster.agent")}</th>${heads.map((at) => html`<th scope="col" colspan="2" role="columnheader" class="hr num">${time(at)}</th>`)}<th scope="col" role="columnheader" class="r">${t("roster.total")}</th></tr></thead>
        <tbody>${this.agents.map((agent) => this.#row(agent, columns))}</tbody>
        <tbody class="ft">${this.#feet(roster, columns)}</tbody></table></div>
      <p class="kb" id="kb">${icon("keyboard")}<span>${t("roster.keys")}</span></p>`;
  }

  /** The half-hours shown. */
  get frame() {
    return shown(this.roster?.days.map(({ opening }) => opening) ?? []);
  }

  /** @param {string} id */
  #agent(id) {
    return this.agents.find((agent) => agent.id === id);
  }

  #tools() {
    const { choice } = this;
    const agent = choice && this.#agent(choice.agent);
    if (!choice || !agent) return html`<p class="rtools"><span class="selx">${t("roster.choose-more")}</span></p>`;
    const chosen = halves(agent.days[this.day].stints).slice(choice.from, choice.to);
    return html`<div class="rtools" role="toolbar" aria-label=${t("roster.assign")}><span class="selx"><b>${agent.name}</b> <span class="num">${time(choice.from)} – ${time(choice.to)}</span></span>
      <span class="seg">${DUTIES.map(([key, duty, kind]) => html`<button type="button" aria-pressed=${chosen.every((one) => one === duty)} aria-keyshortcuts=${key} @click=${() => this.#paint(duty)}><span class="sw ${kind}" aria-hidden="true"><i></i></span><span>${dutyName(duty)}</span> <kbd aria-hidden="true">${key}</kbd></button>`)}</span>
      <span class="end"><button type="button" class="ib" aria-label=${t("roster.earlier")} @click=${() => this.#slide(-1)}>${icon("arrow-left")}</button>
        <button type="button" class="ib" aria-label=${t("roster.later")} @click=${() => this.#slide(1)}>${icon("arrow-right")}</button>
        <button type="button" class="ib bare" aria-label=${t("roster.undo")} @click=${() => this.tell("undo")}>${icon("undo-2")}</button></span></div>`;
  }

  /** @param {RosterAgent} agent @param {number[]} columns */
  #row(agent, columns) {
    const day = halves(agent.days[this.day].stints);
    const away = agent.days[this.day].off;
    const isChosen = this.choice?.agent === agent.id;
    const first = this.choice ? this.choice.from : columns[0];
    return html`<tr role="row" class=${isChosen ? "cur" : ""}><th scope="row" role="rowheader"><span class="rn"><span class="av" data-i=${initials(agent.name)} aria-hidden="true"></span><span><b>${agent.name}</b><small>${[...agent.speaks.map((code) => code.toUpperCase()), ...agent.skills].join(" · ")}</small></span>${this.#sign(agent)}</span></th>
      ${columns.map((at) => {
        const isAway = away.some(({ span }) => at >= ends(span)[0] && at < ends(span)[1]);
        const said = isAway ? t("duty.away") : dutyName(day[at]);
        const on = isChosen && this.choice !== null && at >= this.choice.from && at < this.choice.to;
        const rest = isChosen ? at === this.choice?.from : !this.choice && agent === this.agents[0] && at === first;
        return html`<td class="${KINDS[day[at]]} ${isAway ? "away" : ""} ${at % 2 ? "" : "hr"}" role="gridcell" tabindex=${rest ? 0 : -1} aria-selected=${on} aria-label="${agent.name}, ${time(at)}, ${said}" data-agent=${agent.id} data-at=${at} @click=${this.#click}><i></i></td>`;
      })}
      <td class="r tot num" role="gridcell">${t("roster.hours", { n: figure(hours(day)) })}</td></tr>`;
  }

  /** @param {RosterAgent} agent */
  #sign(agent) {
    const { off, drafted, weekly } = agent.days[this.day];
    if (drafted) return pill("warn", t(weekly ? "roster.draft-weekly" : "roster.draft"));
    return off.length ? pill("", t("roster.off")) : nothing;
  }

  /** @param {Roster} roster @param {number[]} columns */
  #feet(roster, columns) {
    const { need, off, slots } = roster.days[this.day];
    const there = onDuty(roster.agents.map((agent) => agent.days[this.day]), off);
    const places = columns.map((at) => slots.filter(({ from }) => halfWith(from) === at).reduce((sum, { capacity, taken }) => sum + Math.max(0, capacity - taken - roster.kept), 0));
    /** @type {[name: string, kind: string, figures: (number | string)[], short?: boolean[]][]} */
    const lines = [["on-duty", "f1", columns.map((at) => there[at])]];
    if (need) {
      const over = columns.map((at) => there[at] - need[at]);
      lines.push(["need", "f2", columns.map((at) => need[at])], ["over", "f3", over.map(signed), over.map((n) => n < 0)]);
    }
    lines.push(["places", "f4", places]);
    return lines.map(([name, kind, figures, short]) => html`<tr role="row" class=${kind}><th scope="row" role="rowheader">${t(`roster.${name}`)}</th>
      ${figures.map((one, n) => html`<td class="num ${columns[n] % 2 ? "" : "hr"} ${short?.[n] ? "short" : ""}" role="gridcell">${one}</td>`)}<td role="gridcell"></td></tr>`);
  }

  #click = (/** @type {MouseEvent} */ event) => {
    const { agent = "", at = "0" } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.#choose(agent, Number(at), event.shiftKey);
  };

  /** @param {string} agent @param {number} at @param {boolean} [more] */
  #choose(agent, at, more = false) {
    if (!more || this.choice?.agent !== agent) this.anchor = at;
    this.#say({ agent, from: Math.min(this.anchor, at), to: Math.max(this.anchor, at) + 1 }, at);
  }

  /** @param {Choice} choice @param {number} focus */
  #say(choice, focus) {
    this.choice = choice;
    this.tell("choose", choice);
    this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`td[data-agent="${choice.agent}"][data-at="${focus}"]`))?.focus());
  }

  #key = (/** @type {KeyboardEvent} */ event) => {
    const cell = /** @type {HTMLElement} */ (event.target);
    const { agent, at } = cell.dataset;
    if (!agent || at === undefined) return;
    if (this.#acts(event) || this.#goes(event, agent, Number(at))) event.preventDefault();
  };

  /** @param {KeyboardEvent} event */
  #acts({ key, altKey, ctrlKey, metaKey }) {
    const duty = DUTIES.find(([name]) => name === key);
    if ((ctrlKey || metaKey) && key === "z") this.tell("undo");
    else if (altKey && (key === "ArrowLeft" || key === "ArrowRight")) this.#slide(key === "ArrowLeft" ? -1 : 1);
    else if (duty && !altKey && !ctrlKey && !metaKey) this.#paint(duty[1]);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event @param {string} agent @param {number} at */
  #goes({ key, shiftKey }, agent, at) {
    const [from, to] = this.frame;
    const row = this.agents.findIndex(({ id }) => id === agent);
    const columns = /** @type {Record<string, number>} */ ({ ArrowLeft: at - 1, ArrowRight: at + 1, Home: from, End: to - 1 });
    const rows = /** @type {Record<string, number>} */ ({ ArrowUp: row - 1, ArrowDown: row + 1 });
    if (key in columns) this.#choose(agent, Math.min(to - 1, Math.max(from, columns[key])), shiftKey);
    else if (key in rows) this.#choose(this.agents[Math.min(this.agents.length - 1, Math.max(0, rows[key]))].id, at);
    else if (key === " " || key === "Enter") this.#choose(agent, at);
    else return false;
    return true;
  }

  /** @param {Half} duty */
  #paint(duty) {
    const { choice } = this;
    if (choice) this.#change((day) => painted(day, choice.from, choice.to, duty));
  }

  /** @param {-1 | 1} by */
  #slide(by) {
    const { choice } = this;
    if (!choice || choice.from + by < 0 || choice.to + by > 48) return;
    this.#change((day) => slid(day, choice.from, choice.to, by));
    this.anchor += by;
    const hadFocus = this.querySelector(".rg")?.contains(document.activeElement);
    const moved = { ...choice, from: choice.from + by, to: choice.to + by };
    if (hadFocus) this.#say(moved, moved.from);
    else this.tell("choose", (this.choice = moved));
  }

  /** @param {(day: Half[]) => Half[]} change */
  #change(change) {
    const agent = this.choice && this.#agent(this.choice.agent);
    if (agent) this.tell("draft", { agent: agent.id, days: [this.day], stints: stints(change(halves(agent.days[this.day].stints))), weekly: agent.days[this.day].weekly });
  }
}
customElements.define("roster-grid", RosterGrid);

/** 8,5 or 8. @param {number} n */
const figure = (n) => decimal(n, n % 1 ? 1 : 0);
/** +2, 0, −1. @param {number} n */
const signed = (n) => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "0");
