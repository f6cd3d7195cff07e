/** On the computer: a code for the telephone, then what the telephone does, and the way back. */

import { html, nothing } from "/static/vendor/lit.js";
import { minutesAndSeconds, secondsUntil } from "../lib/clock.js";
import { rich, t } from "../lib/i18n.js";
import { addressOf } from "../lib/page.js";
import { clock } from "./format.js";
import { PageElement } from "./page-element.js";
import { help, icon, notice, steps } from "./pieces.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Handover} Handover */
/** @typedef {[done: boolean, title: string, text: string]} Line */

const HOW = ["camera", "point", "open"];

/** Whether an address leads to this very machine alone. @param {string} host */
const isOwn = (host) => host === "localhost" || host.startsWith("127.") || host === "[::1]";

export class HandoverPage extends PageElement {
  static properties = { ...PageElement.properties, picture: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    /** Address of the drawn code. */
    this.picture = "";
  }

  /** @param {CustomerView} view */
  content(view) {
    const { handover } = view;
    return handover?.state === "taken" ? this.away(view, handover) : this.code(view, handover);
  }

  /** @param {CustomerView} view @param {Handover | null} handover */
  code(view, handover) {
    const left = handover && this.picture ? secondsUntil(handover.expires_at) : 0;
    const call = view.page === "booking";
    return html`<main class="page">
      <section class="intro">${steps(call ? "call" : "document")}
        <h1>${t("handover.title")}</h1>
        <p class="lede">${t(call ? "handover.lede.call" : "handover.lede.photographs")}</p>
        <ol class="how">${HOW.map((name) => html`<li><p>${t(`handover.how.${name}`)}</p></li>`)}</ol>
      </section>
      <div class="panel">
        <section class="card stack scan" aria-label=${t("handover.code")}>${left > 0 ? this.drawn(left) : this.none()}</section>
        ${isOwn(new URL(this.config.address || location.href).hostname) ? notice("warn", "triangle-alert", rich("handover.loopback", { option: html`<code class="nb">--lan</code>` })) : nothing}
        ${notice("brand", "lock", t("handover.safe"))}
        ${help(this.config)}
        <div class="dock">${this.troubleLine()}<p>${t("handover.stay.text")}</p>
          <a class="btn lg" href=${call ? "/c/precheck?again" : view.page === "confirm" ? "/c/capture?again" : addressOf(view.page)}>${icon("monitor")}<span>${t("handover.stay")}</span></a></div>
      </div></main>`;
  }

  /** @param {number} left Seconds. */
  drawn(left) {
    return html`<img src=${this.picture} alt=${t("handover.picture")} width="264" height="264">
      <p class="muted">${t("handover.left", { time: minutesAndSeconds(left) })}</p>`;
  }

  /** None is drawn yet, or it has run out. */
  none() {
    if (this.busy) return html`<p role="status">${icon("loader-circle", "spin")}<span>${t("handover.making")}</span></p>`;
    return html`<p role="status"><b>${t(this.picture ? "handover.expired" : "handover.none")}</b></p>
      <button class="btn primary lg" type="button" @click=${() => this.tell("make")}>${icon("rotate-ccw")}<span>${t("handover.make")}</span></button>`;
  }

  /** @param {CustomerView} view @param {Handover} handover */
  away(view, handover) {
    const lines = handover.purpose === "call" ? [] : this.photographs(view);
    const device = t(`handover.device.${handover.device ?? "computer"}`);
    return html`<main class="page">
      <section class="intro">${steps(handover.purpose === "call" ? "call" : "document")}
        <h1>${t("handover.away")}</h1>
        <p class="lede" role="status">${t(`handover.away.${handover.purpose}`)}</p>
      </section>
      <div class="panel">
        <section class="card" aria-label=${t("handover.progress")}><ol>
          ${this.line([true, t("handover.opened"), t("handover.opened.text", { device, time: clock(handover.taken_at ?? view.now) })])}${lines.map((line) => this.line(line))}</ol></section>
        ${notice("warn", "triangle-alert", t("handover.stranger"))}
        ${help(this.config)}
        <div class="dock">${this.troubleLine()}<p>${t("handover.back.text")}</p>
          <button class="btn primary lg" type="button" ?disabled=${this.busy} @click=${() => this.tell("take-back")}>${icon("monitor")}<span>${t("handover.back")}</span></button></div>
      </div></main>`;
  }

  /** Each side as it stands; before a document is chosen there are none. @param {CustomerView} view @returns {Line[]} */
  photographs(view) {
    return (view.document?.sides ?? []).map((side) => {
      const photograph = view.photographs[side];
      const state = photograph?.state ?? "waiting";
      return [state === "accepted", t(`side.${side}`), photograph?.faults[0]?.message ?? t(`handover.side.${state}`)];
    });
  }

  /** @param {Line} line */
  line([done, title, text]) {
    return html`<li class="line ${done ? "ok" : "now"}">${icon(done ? "check" : "camera")}<b>${title}</b><p>${text}</p></li>`;
  }
}
customElements.define("handover-page", HandoverPage);
