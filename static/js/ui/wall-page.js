/** The supervisors' wall: figures, what needs somebody, who waits, the calls that go on, who works. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { grade } from "../call/quality.js";
import { nowMs } from "../lib/clock.js";
import { dayAndSecond, plural, t } from "../lib/i18n.js";
import { clock, documentName, length } from "./format.js";
import "./guest-stage.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import "./staff-rail.js";
import { initials } from "./staff-rail.js";
import "./summons-list.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/staff.js").Wall} Wall */
/** @typedef {import("../lib/staff.js").WallCall} WallCall */
/** @typedef {"listen" | "whisper" | "join"} Mode */

/** What a supervisor may do in a call, with its picture. @type {[Mode, string][]} */
const MODES = [["listen", "ear"], ["whisper", "megaphone"], ["join", "user-plus"]];
/** The desks by what they do, with the colour of the bar. @type {[name: string, states: string[], kind: string][]} */
const GROUPS = [
  ["available", ["available"], "s-ok"],
  ["ringing", ["ringing"], "s-lotus"],
  ["in_call", ["in_call"], "s-brand"],
  ["wrap_up", ["wrap_up"], "s-wrap"],
  ["resting", ["break", "meeting", "training", "away"], "s-off"],
];
/** What an alert is about, with its picture. */
const ALERTS = { late: "clock", nobody: "coffee", ranges: "hourglass" };
const GRADES = { good: [4, "", "quality.good"], fair: [3, "warnc", "quality.fair"], poor: [1, "badc", "quality.poor"] };
/** What the plot is drawn of. */
const KEYS = ["line", "band", "lim"];
const STEP_MS = 1_800_000;
const PLOT = { width: 640, height: 120, left: 40, bottom: 20 };

export class WallPage extends LightElement {
  static properties = { me: { attribute: false }, config: { attribute: false }, trouble: { attribute: false }, wall: { attribute: false }, call: { attribute: false }, version: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** @type {Wall | null} */
    this.wall = null;
    /** The line into the call looked into. @type {import("../desk/agent-call.js").AgentCall | null} */
    this.call = null;
    this.version = 0;
    this.busy = false;
    this.ticking = new Ticking(this);
  }

  render() {
    const { wall } = this;
    return html`<staff-rail .me=${this.me} here="wall"></staff-rail>
      <main id="main" aria-busy=${wall ? nothing : "true"}><header class="bar"><div class="ttl"><h1>${t("wall.title")}</h1><p class="num">${dayAndSecond(new Date(nowMs()).toISOString())}</p></div></header>
        <div role="alert">${this.trouble ? html`<p class="alert bad flat">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
        ${wall ? html`<div class="g-wall grow">${this.#figures(wall)}${this.#alerts(wall)}${this.#queue(wall)}${this.#calls(wall)}${this.call ? this.#stage(wall) : this.#waits(wall)}${this.#agents(wall)}</div>` : nothing}</main>`;
  }

  /** @param {Wall} wall */
  #figures({ waiting, parked, waits_since, calls, desks, within, sla_s, sla_share, served, left }) {
    const longest = waits_since ? Math.max(0, (nowMs() - Date.parse(waits_since)) / 1000) : 0;
    const count = (/** @type {string} */ state) => desks.filter((desk) => desk.state === state).length;
    const on = desks.filter(({ state }) => state !== "offline").length;
    const gone = served + left ? left / (served + left) : null;
    const share = (/** @type {number | null} */ of) => (of === null ? "–" : `${Math.round(of * 100)} %`);
    /** @type {[name: string, figure: unknown, more: string, kind?: string][]} */
    const figures = [
      ["waiting", waiting, t("wall.parked", { n: parked })],
      ["longest", waits_since ? length(longest) : "–", t("wall.promised", { time: length(sla_s) }), longest > sla_s ? "bad" : ""],
      ["within", share(within), t("wall.goal", { share: share(sla_share), time: length(sla_s) }), within === null ? "" : within >= sla_share ? "ok" : "bad"],
      ["talking", `${calls.length}/${on}`, t("wall.free", { free: count("available"), ringing: count("ringing") })],
      ["left", share(gone), t("wall.left-of", { left, all: served + left })],
    ];
    return html`<dl class="kpis k-all">${figures.map(([name, figure, more, kind]) => html`<div class="kpi ${kind ?? ""}"><dt>${t(`wall.${name}`)}</dt><dd>${figure}</dd><dd>${more}</dd></div>`)}</dl>`;
  }

  /** @param {{waited_s: number}} one */
  #waited({ waited_s }) {
    return waited_s + (this.wall ? (nowMs() - Date.parse(this.wall.now)) / 1000 : 0);
  }

  /** What wants somebody: signs and signals, promises that are broken, calls that last. @param {Wall} wall */
  #alerts({ summons, alerts, late: all, calls, longest_call_s }) {
    const late = alerts.some(({ why }) => why === "late") ? 0 : all;
    const long = calls.filter(({ since }) => (nowMs() - Date.parse(since)) / 1000 > longest_call_s * 0.8);
    const number = summons.length + alerts.filter((one) => one.acknowledged_by === null).length + (late ? 1 : 0) + long.length;
    return html`<section class="panel wx" aria-labelledby="h-x"><header><h2 id="h-x">${t("wall.alerts")}</h2>${number ? pill("bad", String(number)) : nothing}</header>
      ${number || alerts.length ? html`<summons-list .summons=${summons}></summons-list>
        <div role="status"><ul class="als">${alerts.map((one) => this.#alert(one.why === "late" && all ? { ...one, count: all } : one))}${late ? html`<li class="alert bad">${icon("clock")}<b>${plural("wall.late", late)}</b></li>` : nothing}
        ${long.map(({ agent, since }) => html`<li class="alert warn">${icon("timer")}<b>${t("wall.long", { agent, time: length((nowMs() - Date.parse(since)) / 1000) })}</b></li>`)}</ul></div>`
        : html`<p class="in sml mut">${t("wall.calm")}</p>`}</section>`;
  }

  /** The queue does not keep its promise, until somebody has seen it and it is over. @param {import("../lib/staff.js").WallAlert} alert */
  #alert({ id, why, count, since, acknowledged_by }) {
    const open = acknowledged_by === null;
    return html`<li class="alert ${open ? "bad" : "info"}">${icon(ALERTS[why])}<p><b>${plural(`wall.alert-${why}`, count)}</b>
      <span class="num">${open ? t("wall.alert-since", { time: clock(since) }) : t("wall.alert-seen", { time: clock(since), name: acknowledged_by })}</span></p>
      ${open ? html`<button type="button" class="btn sm" aria-disabled=${this.busy} @click=${() => this.#act("acknowledge", id)}>${t("wall.acknowledge")}</button>` : nothing}</li>`;
  }

  /** @param {Wall} wall */
  #queue({ queue, waiting, parked, sla_s }) {
    return html`<section class="panel wq" aria-labelledby="h-q"><header><h2 id="h-q">${t("queue.title")}</h2><span class="pill num">${waiting + parked}</span></header>
      <div class="grow" tabindex="0" role="group" aria-label=${t("queue.title")}>${queue.length ? html`<ul class="ql">${queue.map((one) => html`<li><a href="/staff/files/${one.application}" target="_blank" rel="noopener"><b>${one.name || one.reference}</b>
        <span class="w num ${this.#waited(one) > sla_s && one.state !== "parked" ? "badc" : ""}"><span class="sr">${t("queue.waits")}</span> ${length(this.#waited(one))}</span>
        <span class="m">${pill(one.state === "waiting" ? "lotus" : one.state === "matched" ? "info" : "", t(`ticket.${one.state}`))}<span>${documentName(one.document)}</span></span><span class="sr">${t("queue.new-tab")}</span></a></li>`)}</ul>`
        : html`<div class="empty">${icon("users")}<b>${t("queue.empty")}</b></div>`}</div></section>`;
  }

  /** @param {Wall} wall */
  #calls({ calls, watching }) {
    const watched = calls.find(({ id }) => id === watching?.call);
    return html`<section class="panel wl" aria-labelledby="h-l"><header><h2 id="h-l">${t("wall.calls")}</h2><span class="pill num">${plural("wall.count", calls.length)}</span></header>
      ${watched && watching ? this.#supervision(watched, watching.mode) : nothing}
      <div class="grow" tabindex="0" role="group" aria-label=${t("wall.calls")}>${calls.length ? html`<table class="tbl lc"><caption class="sr">${t("wall.calls")}</caption>
        <thead><tr><th scope="col">${t("files.customer")}</th><th scope="col">${t("wall.agent")}</th><th scope="col" class="r">${t("wall.length")}</th><th scope="col" class="opt">${t("wall.step")}</th><th scope="col" class="opt">${t("wall.quality")}</th><th scope="col">${t("wall.step-in")}</th></tr></thead>
        <tbody>${calls.map((one) => this.#row(one, watching?.call === one.id))}</tbody></table>`
        : html`<div class="empty">${icon("phone")}<b>${t("wall.nobody-talks")}</b></div>`}</div></section>`;
  }

  /** @param {WallCall} watched @param {Mode} mode */
  #supervision({ id, agent }, mode) {
    return html`<div class="sup" role="status">${icon(MODES.find(([name]) => name === mode)?.[1] ?? "ear")}<p><b>${t(`wall.now-${mode}`, { agent })}</b><span>${t(`wall.${mode}-means`)}</span></p>
      ${MODES.filter(([name]) => name !== mode).map(([name]) => html`<button type="button" class="btn sm" aria-disabled=${this.busy} @click=${() => this.#act("look-in", { call: id, mode: name })}>${t(`wall.${name}`)}</button>`)}
      <button type="button" class="btn sm" aria-disabled=${this.busy} @click=${() => this.#act("take-over", id)}>${t("wall.take-over")}</button>
      <button type="button" class="btn sm" aria-disabled=${this.busy} @click=${() => this.#act("stop")}>${t("wall.stop")}</button></div>`;
  }

  /** @param {WallCall} call @param {boolean} on */
  #row({ id, application, reference, name, agent, agent_id, since, moved, movements, line, guests, state }, on) {
    const mine = agent_id === this.me?.id;
    return html`<tr class=${on ? "on" : ""}><th scope="row"><a href="/staff/files/${application}" target="_blank" rel="noopener"><b>${name || reference}</b><span class="s num">${reference}</span></a>
        ${state === "dropped" ? pill("warn", t("wall.dropped"), "wifi-off") : nothing}${guests.filter(({ kind }) => kind !== "supervisor").map(({ kind }) => pill("info", t(`guest.${kind}`)))}</th>
      <td><span class="ag"><span class="av" data-i=${initials(agent)} aria-hidden="true"></span><span>${agent}</span></span></td>
      <td class="r num">${length((nowMs() - Date.parse(since)) / 1000)}</td>
      <td class="opt"><span class="nw">${t("wall.moved", { n: moved, of: movements })}</span>${this.#steps(moved, movements)}</td>
      <td class="opt">${line ? this.#quality(line) : html`<span class="mut">–</span>`}</td>
      <td><span class="acts">${MODES.map(([mode, picture]) => html`<button type="button" class="ib" aria-label=${t(`wall.do-${mode}`, { agent })} title=${t(`wall.${mode}`)} ?disabled=${mine || this.busy} @click=${() => this.#act("look-in", { call: id, mode })}>${icon(picture)}</button>`)}</span></td></tr>`;
  }

  /** @param {number} done @param {number} all */
  #steps(done, all) {
    return html`<svg class="stepbar" width=${all * 15} height="6" aria-hidden="true">${Array.from({ length: all }, (_, at) => svg`<rect x=${at * 15} width="12" height="5" rx="2.5" class=${at < done ? "on" : ""}></rect>`)}</svg>`;
  }

  /** @param {NonNullable<WallCall["line"]>} line */
  #quality(line) {
    const [bars, kind, key] = GRADES[grade(line, false)];
    return html`<span class="qly ${kind}"><svg width="20" height="12" viewBox="0 0 20 12" aria-hidden="true">${[0, 1, 2, 3].map((at) => svg`<rect x=${at * 5} y=${9 - 3 * at} width="3.4" height=${3 + 3 * at} rx="1" class=${at < Number(bars) ? "" : "off"}></rect>`)}</svg><span>${t(String(key))}</span></span>
      <span class="s num">${line.rtt_ms === null ? "" : `${Math.round(line.rtt_ms)} ms · `}${line.height}p</span>`;
  }

  /** The call looked into, seen and heard. @param {Wall} wall */
  #stage(wall) {
    const watched = wall.calls.find(({ id }) => id === wall.watching?.call);
    return html`<section class="panel wd watch" aria-label=${t("wall.watched", { agent: watched?.agent ?? "" })}><guest-stage .call=${this.call} .version=${this.version} .leaves=${false}></guest-stage></section>`;
  }

  /** How long customers waited today. @param {Wall} wall */
  #waits({ waits, expected, in_range, sla_s }) {
    const told = in_range.of ? ` · ${t("wall.in-range", in_range)}` : "";
    const range = (/** @type {string} */ at) => expected.find((one) => one.at === at);
    const times = [...new Set([...waits, ...expected].map(({ at }) => at))].sort();
    return html`<section class="panel wd" aria-labelledby="h-d"><header><div class="ph"><h2 id="h-d">${t("wall.waits")}</h2><span class="sub">${t("wall.waits-more", { time: length(sla_s) })}${told}</span></div>
        ${times.length ? html`<div class="wkey">${KEYS.map((name) => html`<span><i class=${name} aria-hidden="true"></i>${t(`wall.key-${name}`)}</span>`)}</div>` : nothing}</header>
      ${times.length ? html`<div class="chart">${this.#plot(waits, expected, sla_s)}</div><details class="twin"><summary>${icon("table")}<span>${t("wall.table")}</span></summary><div class="sc" tabindex="0" role="group" aria-label=${t("wall.waits")}><table class="tbl"><thead><tr><th scope="col">${t("wall.time")}</th><th scope="col" class="r">${t("wall.p90")}</th><th scope="col" class="r">${t("wall.customers")}</th><th scope="col" class="r">${t("wall.key-band")}</th></tr></thead>
        <tbody>${times.map((at) => this.#waitLine(at, waits.find((one) => one.at === at), range(at)))}</tbody></table></div></details>`
        : html`<p class="in sml mut">${t("wall.no-waits")}</p>`}</section>`;
  }

  /** @param {string} at @param {Wall["waits"][number] | undefined} came @param {Wall["expected"][number] | undefined} told */
  #waitLine(at, came, told) {
    return html`<tr><th scope="row" class="num">${clock(at)}</th><td class="r">${came ? length(came.p90_s) : "–"}</td><td class="r">${came?.customers ?? "–"}</td><td class="r">${told ? `${length(told.low_s)} – ${length(told.high_s)}` : "–"}</td></tr>`;
  }

  /** @param {Wall["waits"]} waits @param {Wall["expected"]} expected @param {number} limit */
  #plot(waits, expected, limit) {
    const { width, height, left, bottom } = PLOT;
    const top = Math.max(limit * 1.3, ...waits.map(({ p90_s }) => p90_s * 1.1), ...expected.map(({ high_s }) => high_s * 1.05));
    const from = Math.min(...[...waits, ...expected].map(({ at }) => Date.parse(at)));
    const to = Math.max(nowMs(), from + 3_600_000);
    const x = (/** @type {number} */ at) => left + ((at - from) / (to - from)) * (width - left - 8);
    const y = (/** @type {number} */ seconds) => (height - bottom) * (1 - seconds / top) + 4;
    const points = waits.map(({ at, p90_s }) => ({ x: x(Date.parse(at)), y: y(p90_s), over: p90_s > limit }));
    const begins = new Date(from).toISOString();
    return html`<svg class="waits" viewBox="0 0 ${width} ${height}" role="img" aria-label=${t("wall.waits")}>
      ${expected.map(({ at, low_s, high_s }) => svg`<rect class="band" x=${x(Date.parse(at))} y=${y(high_s)} width=${Math.max(0, Math.min(x(Date.parse(at) + STEP_MS), width - 8) - x(Date.parse(at)))} height=${Math.max(2, y(low_s) - y(high_s))}></rect>`)}
      <line class="axis" x1=${left} x2=${width} y1=${y(0)} y2=${y(0)}></line><line class="limit" x1=${left} x2=${width} y1=${y(limit)} y2=${y(limit)}></line>
      <text x=${left - 6} y=${y(limit) + 4} text-anchor="end" class="lim">${Math.round(limit)} s</text><text x=${left - 6} y=${y(0)} text-anchor="end">0 s</text>
      <text x=${left} y=${height - 2}>${clock(begins)}</text><text x=${width} y=${height - 2} text-anchor="end">${clock(new Date(to).toISOString())}</text>
      <polyline points=${points.map((point) => `${point.x},${point.y}`).join(" ")}></polyline>
      ${points.map((point) => svg`<circle cx=${point.x} cy=${point.y} r="4" class=${point.over ? "over-limit" : ""}></circle>`)}</svg>`;
  }

  /** @param {Wall} wall */
  #agents({ desks }) {
    const on = desks.filter(({ state }) => state !== "offline");
    const groups = GROUPS.map(([name, states, kind]) => ({ name, kind, there: on.filter(({ state }) => states.includes(state)) }));
    let x = 0;
    return html`<section class="panel wa" aria-labelledby="h-a"><header><h2 id="h-a">${t("wall.agents")}</h2><span class="pill num">${t("wall.on-duty", { on: on.length, all: desks.length })}</span></header>
      <div class="in"><svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${groups.map(({ kind, there }) => {
        const wide = on.length ? (there.length / on.length) * 100 : 0;
        const at = x;
        x += wide;
        return svg`<rect x=${at} width=${Math.max(0, wide - 0.6)} height="4" rx="1" class=${kind}></rect>`;
      })}</svg></div>
      <div class="agl grow" tabindex="0" role="group" aria-label=${t("wall.agents")}>${groups.map(({ name, kind, there }) => html`<section><h3><i class="sq ${kind}" aria-hidden="true"></i>${t(`wall.group-${name}`)} <span class="num">${there.length}</span></h3>
        ${there.length ? html`<ul>${there.map(({ name: who, state, since }) => html`<li><span class="av" data-i=${initials(who)} aria-hidden="true"></span><span class="an"><b>${who}</b>${name === "resting" ? html`<small>${t(`state.${state}`)}</small>` : nothing}</span><span class="num">${since ? length((nowMs() - Date.parse(since)) / 1000) : ""}</span></li>`)}</ul>` : html`<span class="none">${t("wall.nobody")}</span>`}</section>`)}</div></section>`;
  }

  /** @param {string} act @param {unknown} [detail] */
  #act(act, detail) {
    if (!this.busy) this.tell(act, detail);
  }
}
customElements.define("wall-page", WallPage);
