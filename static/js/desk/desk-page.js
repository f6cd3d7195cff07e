/** The agent's desk: between calls, while it rings, in the call, and after it. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { documentName } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { movementsOf, sceneOf } from "./scene.js";
import "../ui/guest-stage.js";
import "../ui/sign-note.js";
import "../ui/staff-rail.js";
import "./ask-in.js";
import "./call-signs.js";
import "./call-stage.js";
import "./call-tasks.js";
import "./check-list.js";
import "./contact-entry.js";
import "./desk-push.js";
import "./device-test.js";
import "./file-panel.js";
import "./guest-bar.js";
import "./guest-ring.js";
import "./hang-up.js";
import "./idle-panel.js";
import "./queue-list.js";
import "./ring-card.js";
import "./state-switch.js";
import "./wrap-up.js";

/** @typedef {import("../lib/staff.js").Desk} Desk */
/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */

export class DeskPage extends LightElement {
  static properties = {
    me: { attribute: false },
    config: { attribute: false },
    trouble: { attribute: false },
    refusal: { attribute: false },
    busy: { attribute: false },
    desk: { attribute: false },
    file: { attribute: false },
    call: { attribute: false },
    version: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    /** Sentence of the last refusal. */
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** The same for a verdict: shown in its dialog. */
    this.refusal = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** @type {Desk | null} */
    this.desk = null;
    /** The file of the customer who rings, talks or has just been served. @type {CustomerFile | null} */
    this.file = null;
    /** @type {import("./agent-call.js").AgentCall | null} */
    this.call = null;
    /** Grows with every news of the call. */
    this.version = 0;
  }

  render() {
    const { desk } = this;
    const scene = desk && sceneOf(desk);
    const inCall = scene === "call";
    return html`<staff-rail .me=${this.me} here="desk" .state=${desk?.state ?? null} .held=${inCall || scene === "guest"}></staff-rail>
      ${desk ? (scene === "guest" ? this.#asGuest(desk) : inCall ? this.#console(desk) : this.#between(desk)) : html`<main id="main" aria-busy="true"><h1 class="sr">${t("desk.title")}</h1>${this.#trouble()}</main>`}`;
  }

  /** In a colleague's call. @param {Desk} desk */
  #asGuest({ guest }) {
    return html`<main id="main"><header class="bar"><div class="ttl"><h1>${t("guest-stage.title", { agent: guest?.agent ?? "" })}</h1>
        <p class="num"><a href="/staff/files/${guest?.application}" target="_blank" rel="noopener">${guest?.customer} · ${guest?.reference}<span class="sr">${t("queue.new-tab")}</span></a></p></div>
        <span class="pill ${guest?.mode === "consult" ? "warn" : "bad"}">${icon(guest?.mode === "consult" ? "pause" : "circle-dot")}<span>${t(`guest-stage.${guest?.mode === "consult" ? "consult" : "recorded"}`)}</span></span></header>
      <div class="as-guest grow">${this.#trouble()}${guest?.note ? html`<p class="alert info">${icon("message-square")}<span>${guest.note}</span></p>` : nothing}
        <guest-stage .call=${this.call} .version=${this.version}></guest-stage></div></main>`;
  }

  /** @param {Desk} desk */
  #between(desk) {
    const scene = sceneOf(desk);
    const withFile = scene !== "idle" && this.file !== null;
    return html`<main id="main"><header class="bar"><div class="ttl"><h1>${t(`scene.${scene}`)}</h1><p>${this.me?.name} · ${t(`state.${desk.state}`)}</p></div></header>
      <div class="g-desk ${withFile ? "beside" : ""}"><queue-list .desk=${desk}></queue-list>
        <div class="mid dk"><div><state-switch .desk=${desk} .file=${this.file} .busy=${this.busy}></state-switch>${this.#trouble()}</div>
          ${scene === "wrap-up" || scene === "idle" ? html`<contact-entry .owed=${desk.owed} .busy=${this.busy}></contact-entry>` : nothing}
          ${this.#scene(desk)}
          ${scene === "idle" ? html`<device-test .ready=${desk.devices_ready}></device-test><desk-push .key=${this.config?.push ?? ""} .known=${desk.devices}></desk-push>` : nothing}</div>
        ${withFile ? html`<file-panel .file=${this.file} .reading=${scene === "ringing"} .leads=${["check"]} .trouble=${this.refusal} .busy=${this.busy}></file-panel>` : nothing}
      </div></main>`;
  }

  /** @param {Desk} desk */
  #scene(desk) {
    const scene = sceneOf(desk);
    if (scene === "asked") return html`<guest-ring .guest=${desk.guest} .busy=${this.busy}></guest-ring>`;
    if (scene === "ringing") return html`<ring-card .call=${desk.call} .file=${this.file} .busy=${this.busy}></ring-card>`;
    if (scene === "wrap-up") return html`<wrap-up .desk=${desk} .file=${this.file} .busy=${this.busy}></wrap-up>${this.#checks()}`;
    return html`<idle-panel .desk=${desk} .busy=${this.busy}></idle-panel>`;
  }

  /** @param {Desk} desk */
  #console(desk) {
    const { file, call } = this;
    const progress = call?.progress ?? null;
    const asked = file && progress ? movementsOf(file).find(({ id }) => id === progress.id) : null;
    const open = call?.stand === "live" && file !== null && file.may.decide;
    return html`<div class="console"><queue-list .desk=${desk}></queue-list>
      <main id="main"><header class="case">${this.#who(file)}<call-signs .desk=${desk} .notice=${file?.calls.at(-1)?.notice ?? null} .call=${call} .version=${this.version}></call-signs></header>
        ${this.#trouble()}
        <sign-note .signs=${file?.signs ?? []} .call=${desk.call?.id ?? ""}></sign-note>
        <guest-bar .guests=${desk.call?.guests ?? []} .busy=${this.busy}></guest-bar>
        <call-stage .call=${call} .version=${this.version} .movement=${asked ?? null} .stills=${file?.calls.at(-1)?.stills.filter(({ view }) => view === null) ?? []} .open=${open}></call-stage>
        <div class="low"><call-tasks .file=${file} .progress=${progress} .open=${open} .live=${call?.stand === "live"}></call-tasks>
          ${this.#checks()}</div>
      </main>
      <file-panel .file=${file} .trouble=${this.refusal} .busy=${this.busy} .leads=${["movement", "check", "tilt", "features", "finger", "hand", "questions", "code", "callback"]}></file-panel>
      <ask-in .groups=${desk.groups} .busy=${this.busy}></ask-in>
      <hang-up-question .undecided=${file?.may.decide ?? false}></hang-up-question></div>`;
  }

  /** @param {CustomerFile | null} file */
  #who(file) {
    if (!file) return html`<div><h1>${t("scene.call")}</h1></div>`;
    return html`<div><h1>${file.name || file.reference}</h1>
      <p class="num">${file.reference} · ${file.phone_masked} · ${documentName(file.document)}${file.slow_speech ? html` ${pill("info", t("speech.slow"), "ear")}` : nothing}</p></div>`;
  }

  #checks() {
    const { file } = this;
    return file ? html`<check-list .items=${file.checklist} .closed=${file.stage !== "in_call"}></check-list>` : nothing;
  }

  #trouble() {
    return html`<div role="alert">${this.trouble ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.trouble}</span>
      <button type="button" class="ib bare tiny x" aria-label=${t("close")} @click=${() => (this.trouble = "")}>${icon("x")}</button></p>` : nothing}
      ${this.call?.torn ? html`<p class="alert bad">${icon("triangle-alert")}<span>${t("recording.torn")}</span></p>` : nothing}</div>`;
  }
}
customElements.define("desk-page", DeskPage);
