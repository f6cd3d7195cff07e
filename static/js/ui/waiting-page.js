/** The waiting room: the place in the queue, what to do meanwhile, and "it is your turn". */

import { html, nothing } from "/static/vendor/lit.js";
import { minutesAndSeconds, nowMs } from "../lib/clock.js";
import { plural, rich, t } from "../lib/i18n.js";
import { wall } from "../lib/zones.js";
import { openDialog } from "./ask-dialog.js";
import { PageElement } from "./page-element.js";
import { help, icon, lotus, notice, pill, row, steps } from "./pieces.js";
import "./push-card.js";
import { slowWish } from "./slow-wish.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Ticket} Ticket */

const MOVES = [["arrow-left", "left"], ["arrow-right", "right"], ["arrow-up", "up"], ["arrow-down", "down"]];
const SIGNALS = /** @type {const} */ ([["volume-2", "sound"], ["vibrate", "vibrate"]]);
const PETALS = 7;
/** A wait that may take longer is offered to be spent elsewhere before anything else is said. */
const LONG_S = 300;

/** Petals open as people ahead are served; all seven are kept for the approval. @param {number} ahead */
export const petals = (ahead) => (ahead === 0 ? 5 : ahead <= 2 ? 3 : 1);

/** @param {CustomerView} view Whether an agent is being rung for this customer. */
export const isTurn = ({ ticket, call }) => ticket?.state === "matched" || call?.state === "ringing" || call?.state === "live";

/** An appointment: its time has come and this customer has not answered yet. @param {CustomerView} view */
export const isRung = ({ appointment }) => appointment?.rings ?? false;

/** How long it will take, in whole minutes, as far as that is known. @param {Ticket["wait"]} wait */
export function expected(wait) {
  if (!wait) return t("waiting.nobody-serves");
  const [low, high] = [wait.low_s / 60, wait.high_s / 60];
  return low ? t("waiting.between", { low, high }) : plural("waiting.within", high);
}

/** Whether somebody had better not wait at the page. @param {Ticket | null} ticket */
const isLong = (ticket) => ticket !== null && (!ticket.wait || ticket.wait.high_s > LONG_S);

export class WaitingPage extends PageElement {
  static properties = { ...PageElement.properties, turn: { attribute: false }, signals: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    this.turn = false;
    /** Which signals the turn gives. @type {Record<string, boolean>} */
    this.signals = { sound: true, vibrate: true };
  }

  /** @param {CustomerView} view */
  content(view) {
    if (view.appointment && isRung(view)) return this.rung(view.appointment);
    return this.turn || isTurn(view) ? this.called() : this.room(view);
  }

  /** @param {CustomerView} view */
  room(view) {
    const { ticket } = view;
    if (ticket?.recall?.asked) return this.away(view, ticket, ticket.recall);
    return html`<main class="page">
      <section class="intro">
        ${steps("call")}
        <div class="center wait">${this.place(view, ticket)}</div>
      </section>
      <div class="panel">
        ${notice("brand", "lock", t("waiting.kept"))}
        ${isLong(ticket) ? this.otherwise(view, ticket) : nothing}
        <section class="card" aria-labelledby="h-while"><h2 id="h-while">${t("waiting.while")}</h2>
          <h3 class="h3">${t("waiting.moves")}</h3>
          <ul class="moves">${MOVES.map(([picture, name]) => html`<li>${icon(picture)}<span>${t(`move.${name}.short`)}</span></li>`)}</ul>
          <p class="small">${t("waiting.moves.text")}</p>
          <ul class="rows top-line">${row("id-card", t("waiting.card"), t("waiting.card.text"))}${row("users", t("waiting.alone"), t("waiting.alone.text"))}</ul></section>
        <section class="card" aria-labelledby="h-turn"><h2 id="h-turn">${t("waiting.turn")}</h2><ul class="rows sws">${SIGNALS.map(([picture, name]) => this.signal(picture, name))}</ul></section>
        ${isLong(ticket) ? nothing : this.otherwise(view, ticket)}
        ${slowWish(this, view)}
        ${help(this.config)}
        <div class="dock row">${this.troubleLine()}<p>${t("waiting.cannot")}</p>
          <button class="btn lg" type="button" ?disabled=${this.busy} @click=${() => openDialog(this)}>${icon("log-out")}<span>${t("waiting.leave")}</span></button></div>
      </div></main>
      ${this.leaving()}`;
  }

  /** Not to wait here: be told, or another time. @param {CustomerView} view @param {Ticket | null} ticket */
  otherwise({ phone, appointment }, ticket) {
    if (appointment) return nothing;
    return html`<section class="card stack" aria-labelledby="h-otherwise"><h2 id="h-otherwise">${t("waiting.otherwise")}</h2>
      ${ticket?.may_be_told ? html`<p>${t("waiting.tell.text", { phone: phone.masked })}</p>
        <button class="btn soft full" type="button" ?disabled=${this.busy || ticket.state === "matched"} @click=${() => this.tell("tell-me")}>${icon("bell-ring")}<span>${t("waiting.tell")}</span></button>` : nothing}
      <a class="btn full" href="/c/booking?again">${icon("calendar-clock")}<span>${t("waiting.book")}</span></a></section>`;
  }

  /** Who asked to be told may close the page; once told, one touch takes the place. @param {CustomerView} view @param {Ticket} ticket @param {import("../lib/customer.js").Recall} recall */
  away({ phone }, ticket, { nth, until, devices }) {
    const near = nth > 0 && until !== null;
    return html`<main class="page">
      <section class="intro">
        ${steps("call")}
        <div class="center wait">${lotus(near ? 5 : petals(ticket.ahead))}
          <h1 tabindex="-1">${t(near ? "waiting.near" : "waiting.away")}</h1>
          <p class="lede" role="status">${near ? t("waiting.near.text", { time: wall(until, this.config.bank.zone) }) : t("waiting.away.text", { phone: phone.masked })}</p>
          ${near ? nothing : html`<p class="expected">${expected(ticket.wait)}</p><p class="small">${ticket.ahead ? plural("waiting.ahead", ticket.ahead) : t("waiting.first")}</p>`}</div>
      </section>
      <div class="panel">
        ${notice("brand", "lock", t("waiting.away.kept"))}
        ${near ? nothing : html`<push-card .key=${this.config.push} .known=${devices}></push-card>`}
        <section class="card" aria-labelledby="h-while"><h2 id="h-while">${t("waiting.away.then")}</h2><ol class="tl">
          <li class="line ${near ? "ok" : "now"}">${icon(near ? "check" : "message-square")}<b>${t("waiting.away.message")}</b><p>${t("waiting.away.message.text")}</p></li>
          <li class="line ${near ? "now" : ""}">${icon("users")}<b>${t("waiting.away.place")}</b><p>${t("waiting.away.place.text")}</p></li>
          <li class="line">${icon("calendar-clock")}<b>${t("waiting.away.late")}</b><p>${t("waiting.away.late.text")}</p></li></ol></section>
        <button class="btn full" type="button" ?disabled=${this.busy} @click=${() => openDialog(this)}>${icon("log-out")}<span>${t("waiting.leave")}</span></button>
        ${help(this.config)}
        <div class="dock">${this.troubleLine()}<p>${icon(near ? "clock" : "circle-help")}${near ? t("waiting.near.text", { time: wall(until, this.config.bank.zone) }) : t("waiting.changed")}</p>
          <button class="btn ${near ? "primary" : ""} lg" type="button" ?disabled=${this.busy} @click=${() => this.tell("come-back")}>${icon(near ? "video" : "hourglass")}<span>${t(near ? "waiting.here" : "waiting.stay")}</span></button></div>
      </div></main>
      ${this.leaving()}`;
  }

  leaving() {
    return html`<ask-dialog .question=${t("waiting.leave.ask")} .text=${t("waiting.leave.text")} .yes=${t("waiting.leave.yes")} .no=${t("waiting.leave.no")} @yes=${() => this.tell("leave-queue")}></ask-dialog>`;
  }

  /** @param {CustomerView} view @param {Ticket | null} ticket */
  place(view, ticket) {
    if (view.appointment && ticket && ticket.state !== "parked") return html`${lotus(5)}<h1>${t("waiting.appointment")}</h1><p class="lede" role="status">${t("waiting.appointment.text")}</p>`;
    if (!ticket || ticket.state === "parked") return html`${lotus(1)}<h1>${t("waiting.back")}</h1><p class="lede" role="status">${t("waiting.back.text")}</p>`;
    const open = petals(ticket.ahead);
    const waitedS = ticket.waited_s + (nowMs() - Date.parse(view.now)) / 1000;
    return html`${lotus(open, t("waiting.lotus", { open, of: PETALS }))}
      <h1>${ticket.ahead === 0 ? t("waiting.first") : plural("waiting.ahead", ticket.ahead)}</h1>
      <p class="lede" role="status">${t("waiting.position", { n: ticket.position })}</p>
      <p class="expected">${expected(ticket.wait)}</p>
      <p class="small">${ticket.ahead === 0 ? html`${t("waiting.first.text")}<br>` : nothing}${rich("waiting.waited", { time: html`<b class="num nb">${minutesAndSeconds(waitedS)}</b>` })}</p>`;
  }

  /** @param {string} picture @param {"sound" | "vibrate"} name */
  signal(picture, name) {
    if (name === "vibrate" && !(navigator.maxTouchPoints && "vibrate" in navigator)) return nothing;
    return html`<li><span class="ic">${icon(picture)}</span><label for="s-${name}">${t(`waiting.${name}`)}</label>
      <input class="sw" type="checkbox" role="switch" id="s-${name}" .checked=${this.signals[name]} @change=${(/** @type {Event} */ event) => this.tell("signal", { [name]: /** @type {HTMLInputElement} */ (event.target).checked })}></li>`;
  }

  /** @param {import("../lib/customer.js").Appointment} one */
  rung({ at, agent_there, may_postpone, postpone_min }) {
    const time = wall(at, this.config.bank.zone);
    return html`<main class="ringing" data-theme="dark" aria-labelledby="h-ring"><section class="caller">
      <div class="face"><span class="disc">${icon("headset")}</span></div>
      ${pill("lotus", t(agent_there ? "waiting.rung" : "waiting.appointment"), "phone-incoming")}
      <h1 id="h-ring">${t("waiting.rung.title")}</h1>
      <p class="sr" role="alert">${t(agent_there ? "waiting.rung" : "waiting.appointment")}</p>
      <p class="lede">${t("bank")}</p>
      <p class="small num">${t("waiting.rung.time", { time })}</p>
      <p class="small">${t("waiting.called.text")}</p></section>
      <div class="stack">${this.troubleLine()}<button class="btn primary lg full" type="button" ?disabled=${this.busy} @click=${() => this.tell("answer")}>${icon("video")}<span>${t("waiting.answer")}</span></button>
        ${may_postpone ? html`<button class="btn lg full" type="button" ?disabled=${this.busy} @click=${() => this.tell("postpone")}>${icon("alarm-clock")}<span>${plural("waiting.postpone", postpone_min)}</span></button>` : nothing}
        <button class="btn lg full bad-t" type="button" ?disabled=${this.busy} @click=${() => openDialog(this)}>${icon("phone-off")}<span>${t("waiting.decline")}</span></button></div>
      <ask-dialog .question=${t("waiting.decline.ask")} .text=${t("waiting.decline.text")} .yes=${t("waiting.decline.yes")} .no=${t("waiting.decline.no")} @yes=${() => this.tell("decline")}></ask-dialog></main>`;
  }

  called() {
    return html`<main class="ringing" data-theme="dark" aria-labelledby="h-ring"><section class="caller">
      <div class="face"><span class="disc">${icon("headset")}</span></div>
      ${pill("lotus", t("waiting.called"), "phone-incoming")}
      <h1 id="h-ring">${t("waiting.called.title")}</h1>
      <p class="sr" role="alert">${t("waiting.called")}</p>
      <p class="lede">${t("bank")}</p>
      <p class="small">${t("waiting.called.text")}</p></section></main>`;
  }
}
customElements.define("waiting-page", WaitingPage);
