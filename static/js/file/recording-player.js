/** Both sides of a call, side by side, under one set of controls. */

import { html, nothing, repeat } from "/static/vendor/lit.js";
import { dayAndSecond, t } from "../lib/i18n.js";
import { line, soFar } from "../lib/staff.js";
import { dayAndClock, decimal, length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { Playback, areLost, covers, isUnfinished, tracksOf } from "./playback.js";
import "./line-plot.js";
import "./mark-lanes.js";
import "./recording-more.js";

/** @typedef {import("./playback.js").Track} Track */
/** @typedef {import("../lib/staff.js").Call} Call */

const PARTIES = /** @type {const} */ (["customer", "agent"]);
const SPEEDS = [0.5, 1, 1.5, 2];
const BACK_S = 5;

export class RecordingPlayer extends LightElement {
  static properties = { file: { attribute: false }, chosen: { state: true }, opened: { state: true }, soFar: { state: true }, asked: { state: true }, line: { state: true } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Id of the call being shown; the newest one by itself. */
    this.chosen = "";
    /** A recording is fetched, and the look written down, when somebody plays or jumps. */
    this.opened = false;
    /** Recordings that are not finished, as far as they went when somebody asked.
     * @type {Map<string, {url: string, duration_ms: number}>} */
    this.soFar = new Map();
    this.asked = /** @type {import("./recording-more.js").RecordingMore["soFar"]} */ ("unasked");
    /** What came from each party of the call on show. @type {import("../lib/staff.js").Line | null} */
    this.line = null;
    /** The call it is of, and whether that was over. */
    this.lineOf = "";
    this.playback = new Playback();
    this.playback.addEventListener("moved", () => this.requestUpdate());
  }

  disconnectedCallback() {
    this.playback.pause();
    super.disconnectedCallback();
  }

  /** Jump to a second of the call. @param {number} at_s */
  seek(at_s) {
    this.opened = true;
    this.updateComplete.then(() => this.playback.seek(at_s));
  }

  get call() {
    const calls = this.file?.calls ?? [];
    return calls.find(({ id }) => id === this.chosen) ?? calls.findLast(({ live_at }) => live_at) ?? calls.at(-1) ?? null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("chosen")) this.asked = "unasked";
    if (!changed.has("file") && !changed.has("chosen") && !changed.has("soFar")) return;
    const tracks = tracksOf(this.call?.recordings ?? [], this.soFar);
    if (JSON.stringify(tracks) !== JSON.stringify(this.playback.tracks)) this.playback.use(tracks);
  }

  updated() {
    this.#lookAtLine();
    const videos = /** @type {NodeListOf<HTMLVideoElement>} */ (this.querySelectorAll("video"));
    this.playback.videos = new Map([...videos].map((video) => [video.id, video]));
  }

  /** The line of the call on show, once while it goes on and once when it is over. */
  async #lookAtLine() {
    const { call, file } = this;
    const wanted = `${call?.id} ${call?.ended_at}`;
    if (!call?.live_at || !file || wanted === this.lineOf) return;
    this.lineOf = wanted;
    this.line = null;
    const found = await line(file.id, call.id).catch(() => null);
    if (this.lineOf === wanted) this.line = found;
  }

  /** How long the call on show was, or went on until its last figures. @param {Call} call */
  #lasted({ live_at, ended_at }) {
    if (live_at && ended_at) return (Date.parse(ended_at) - Date.parse(live_at)) / 1000;
    const { customer = [], agent = [] } = this.line ?? {};
    return 1 + Math.max(-1, customer.at(-1)?.[0] ?? -1, agent.at(-1)?.[0] ?? -1);
  }

  /** @param {Call} call */
  #plot(call) {
    return html`<line-plot .line=${this.line} .length_s=${this.#lasted(call)} .agent=${call.agent.name}></line-plot>`;
  }

  render() {
    const call = this.call;
    if (!call || !this.playback.tracks.length) return this.#none(call);
    const { length_s, at_s } = this.playback;
    return html`<div class="rec">${this.#calls()}
      <section class="stage" aria-label=${t("player.title")}>
        <div class="vids">${this.#parties().map((party) => this.#side(party, call))}</div>
        ${this.#controls(call)}</section>
      <mark-lanes .file=${this.file} .call=${call} .line=${this.line} .length_s=${length_s} .at_s=${at_s}></mark-lanes>${this.#more(call)}</div>${this.#plot(call)}`;
  }

  /** @param {Call | null} call */
  #none(call) {
    const [title, more, picture] = !call ? ["none", "none-more", "film"] : !call.ended_at ? ["live", "wait", "video"]
      : areLost(call.recordings) ? ["lost", "lost-more", "film"] : call.recordings.length ? ["finishing", "wait", "hourglass"] : ["never", "never-more", "film"];
    return html`<section class="panel" aria-label=${t("player.title")}>${this.#calls()}<div class="empty">${icon(picture)}<b>${t(`player.${title}`)}</b><span>${t(`player.${more}`)}</span></div>${this.#more(call)}</section>${call ? this.#plot(call) : nothing}`;
  }

  /** @param {Call | null} call */
  #more(call) {
    return html`<recording-more .call=${call} .soFar=${this.asked} .exports=${this.file?.may.export ?? false} @so-far=${this.#lookSoFar}></recording-more>`;
  }

  async #lookSoFar() {
    const { call, file } = this;
    if (!call || !file) return;
    this.asked = "asking";
    const wanted = call.recordings.filter(isUnfinished);
    const found = await Promise.all(wanted.map(({ id }) => soFar(file.id, id).then((answer) => [id, answer], () => null)));
    const shown = /** @type {[string, {url: string, duration_ms: number}][]} */ (found.filter((one) => one !== null));
    this.asked = shown.length ? "shown" : "nothing";
    this.opened ||= shown.length > 0;
    this.soFar = new Map([...this.soFar, ...shown]);
  }

  #calls() {
    const calls = this.file?.calls ?? [];
    if (calls.length < 2) return nothing;
    return html`<div class="chips calls" role="group" aria-label=${t("player.calls")}>${calls.map(({ id, rang_at }, at) => html`
      <button type="button" class="chip" aria-pressed=${id === this.call?.id} @click=${() => (this.chosen = id)}><span class="num">${t("player.call", { n: at + 1, when: dayAndClock(rang_at) })}</span></button>`)}</div>`;
  }

  /** Both, and every guest the customer heard. @returns {string[]} */
  #parties() {
    return [...new Set([...PARTIES, ...this.playback.tracks.map(({ party }) => party)])];
  }

  /** @param {string} party @param {Call} call */
  #side(party, call) {
    const tracks = this.playback.tracks.filter((track) => track.party === party);
    const name = party === "agent" ? call.agent.name : t(party === "customer" ? "call.customer" : `guest.${party}`);
    const lost = areLost(call.recordings.filter((recording) => recording.party === party));
    const here = tracks.some((track) => covers(track, Math.min(this.playback.at_s, this.playback.length_s - 0.05)));
    return html`<figure class="tile">${repeat(tracks, ({ id }) => id, (track) => this.#video(track))}
      ${lost ? html`<p class="gapped">${t("player.side-lost")}</p>` : this.opened ? (here ? nothing : html`<p class="gapped">${t("player.gap")}</p>`) : html`<p class="gapped">${icon(party === "customer" ? "user" : party === "agent" ? "headset" : "users")}</p>`}
      <figcaption><b>${name}</b></figcaption></figure>`;
  }

  /** @param {Track} track */
  #video(track) {
    const shown = this.opened && (covers(track, this.playback.at_s) || track.ends_s <= this.playback.at_s);
    return html`<video id=${track.id} playsinline preload=${this.opened ? "auto" : "none"} src=${track.url} ?hidden=${!shown}
      aria-label=${track.party === "customer" || track.party === "agent" ? t(`player.of-${track.party}`) : t("player.of-guest", { who: t(`guest.${track.party}`) })}></video>`;
  }

  /** @param {Call} call */
  #controls({ live_at }) {
    const { at_s, length_s, playing, rate } = this.playback;
    const time = length(at_s);
    const instant = new Date(Date.parse(live_at ?? "") + at_s * 1000);
    return html`<div class="trans" role="group" aria-label=${t("call.controls")}>
      <button type="button" class="play" aria-label=${t(playing ? "player.pause" : "player.play")} @click=${this.#play}>${icon(playing ? "pause" : "play")}</button>
      <button type="button" class="ib dk" aria-label=${t("player.back")} @click=${() => this.seek(at_s - BACK_S)}>${icon("rotate-ccw")}</button>
      <span class="clock num"><b>${time}</b> / ${length(length_s)}</span>
      <input class="seek" type="range" min="0" max=${length_s.toFixed(1)} step="0.1" .value=${at_s.toFixed(1)} aria-label=${t("player.position")}
        aria-valuetext=${t("player.at", { time, whole: length(length_s) })} @input=${this.#slide}>
      <select class="speed" aria-label=${t("player.speed")} @change=${this.#speed}>${SPEEDS.map((speed) => html`
        <option value=${speed} ?selected=${speed === rate}>${decimal(speed, speed % 1 ? 1 : 0)}×</option>`)}</select></div>
      ${this.opened && live_at ? html`<p class="told num"><time datetime=${instant.toISOString()}>${dayAndSecond(instant.toISOString())}</time></p>` : nothing}
      ${this.opened ? nothing : html`<p class="told">${t("player.told")}</p>`}`;
  }

  async #play() {
    this.opened = true;
    await this.updateComplete;
    if (this.playback.playing) this.playback.pause();
    else this.playback.play();
  }

  /** @param {Event} event */
  #slide(event) {
    this.seek(Number(/** @type {HTMLInputElement} */ (event.target).value));
  }

  /** @param {Event} event */
  #speed(event) {
    this.playback.speed(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  }
}
customElements.define("recording-player", RecordingPlayer);
