/** The outcome: approved, refused with reasons, incomplete with the way back in, or not decided yet. */

import { html, nothing } from "/static/vendor/lit.js";
import { rich, t, timeAndDay } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help, hotline, icon, lotus, pill } from "./pieces.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Decision} Decision */
/** @typedef {"approve" | "reject" | "incomplete" | "pending" | "closed"} Outcome */

/** @type {Record<Outcome, {petals: number, kind: string, picture: string}>} */
const LOOKS = {
  approve: { petals: 7, kind: "ok", picture: "check" },
  reject: { petals: 1, kind: "bad", picture: "circle-x" },
  incomplete: { petals: 3, kind: "warn", picture: "rotate-ccw" },
  pending: { petals: 5, kind: "info", picture: "user-check" },
  closed: { petals: 1, kind: "", picture: "circle-x" },
};

/** @param {CustomerView} view @returns {Outcome} */
export function outcomeOf({ stage, decision }) {
  if (stage === "withdrawn" || stage === "expired") return "closed";
  return decision?.verdict ?? "pending";
}

export class ResultPage extends PageElement {
  /** @param {CustomerView} view */
  content(view) {
    const outcome = outcomeOf(view);
    const { petals, kind, picture } = LOOKS[outcome];
    return html`<main class="page">
      <section class="intro"><div class="hero">${lotus(petals)}${pill(kind, t(`result.${outcome}.tag`), picture)}
        <h1 tabindex="-1">${t(`result.${outcome}`)}</h1><p class="lede" role="status">${t(`result.${outcome}.text`)}</p></div></section>
      <div class="panel">
        ${view.decision ? this.reasons(view.decision) : nothing}
        <section class="card" aria-labelledby="h-next"><h2 id="h-next">${t("result.next")}</h2>
          <ol class="tl">${[1, 2, 3].map((n) => this.line(outcome, n, view))}</ol></section>
        <section class="card stack" aria-labelledby="h-file"><h2 id="h-file">${t("result.file")}</h2>
          <dl class="kv"><div><dt>${t("result.reference")}</dt><dd class="num">${view.reference}</dd></div>
            ${view.decision ? html`<div><dt>${t("result.decided")}</dt><dd class="num">${timeAndDay(view.decision.at)}</dd></div>` : nothing}</dl>
          <p class="small">${rich("result.ask", { hotline: hotline(this.config) })}</p></section>
        ${this.talk(view)}
        ${help(this.config)}
        ${view.decision?.may_resume ? html`<div class="dock">${this.troubleLine()}<p>${t("result.kept")}</p>
          <button class="btn primary lg" type="button" ?disabled=${this.busy} @click=${() => this.tell("resume")}>${icon("rotate-ccw")}<span>${t("result.resume")}</span></button></div>` : nothing}
      </div></main>`;
  }

  /** The call in which the result is explained: booked, or to be booked. @param {CustomerView} view */
  talk({ appointment, booking }) {
    if (!appointment && !booking?.may_book) return nothing;
    return html`<section class="card stack talk" aria-labelledby="h-talk"><div class="hd"><h2 id="h-talk">${icon("video")}<span>${t("result.talk")}</span></h2></div>
      <p class="small">${appointment ? t("result.talk.booked", { time: timeAndDay(appointment.at) }) : t("result.talk.text")}</p>
      <a class="btn soft full" href="/c/booking?again">${icon(appointment ? "calendar-check" : "calendar-plus")}<span>${t(appointment ? "result.talk.open" : "result.talk.book")}</span></a></section>`;
  }

  /** @param {Decision} decision */
  reasons({ verdict, reasons }) {
    if (verdict === "approve" || !reasons.length) return nothing;
    return html`<section class="card stack" aria-labelledby="h-why"><h2 id="h-why">${t(`result.${verdict}.why`)}</h2>
      ${reasons.map((reason) => html`<p class="notice ${verdict === "reject" ? "bad" : "warn"}">${icon("circle-alert")}<span>${reason.message}</span></p>`)}</section>`;
  }

  /** What happened and what comes. @param {Outcome} outcome @param {number} n @param {CustomerView} view */
  line(outcome, n, view) {
    const done = n === 1 || (n === 2 && outcome !== "pending");
    const text = n === 2 && view.decision ? timeAndDay(view.decision.at) : t(`result.${outcome}.${n}.text`);
    const picture = done ? "check" : { approve: "building-2", reject: "phone", incomplete: "rotate-ccw", pending: n === 2 ? "user-check" : "file-check", closed: "phone" }[outcome];
    return html`<li class="line ${done ? "ok" : n === 2 || outcome !== "pending" ? "now" : ""}">${icon(picture)}<b>${t(`result.${outcome}.${n}`)}</b><p class="num">${text}</p></li>`;
  }
}
customElements.define("result-page", ResultPage);
