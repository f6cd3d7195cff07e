/** Call now or at a chosen time; and, once booked, the appointment with what may be done about it. */

import { html, nothing } from "/static/vendor/lit.js";
import { minutesAndSeconds, nowMs, secondsUntil } from "../lib/clock.js";
import { plural, rich, t } from "../lib/i18n.js";
import { differs, OWN_ZONE, ownTime, wall, wholeDate, zoneName } from "../lib/zones.js";
import { openDialog } from "./ask-dialog.js";
import { PageElement } from "./page-element.js";
import { help, icon, notice, pill, row, steps, toPreparation } from "./pieces.js";
import { slowWish } from "./slow-wish.js";
import "./push-card.js";
import "./slot-picker.js";
import { Ticking } from "./ticking.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Appointment} Appointment */
/** @typedef {import("../lib/customer.js").Booking} Booking */
/** @typedef {import("../lib/customer.js").Prospect} Prospect */

const DAY_S = 86_400;
const HOUR_S = 3_600;

/** How long until then, in its largest unit. @param {number} seconds */
export function untilWords(seconds) {
  if (seconds >= DAY_S) return plural("booking.in-days", Math.round(seconds / DAY_S));
  if (seconds >= HOUR_S) return plural("booking.in-hours", Math.round(seconds / HOUR_S));
  return plural("booking.in-minutes", Math.max(0, Math.ceil(seconds / 60)));
}

export class BookingPage extends PageElement {
  static properties = { ...PageElement.properties, days: { attribute: false }, exact: { attribute: false }, when: { attribute: false }, moving: { attribute: false } };

  constructor() {
    super();
    /** Null until they are known. @type {import("../lib/customer.js").Day[] | null} */
    this.days = null;
    /** Minutes between times that may be named; 0: slots alone. */
    this.exact = 0;
    /** @type {"now" | "later"} */
    this.when = "later";
    /** Another time is being looked for. */
    this.moving = false;
    this.ticking = new Ticking(this);
  }

  get zone() {
    return this.config.bank.zone;
  }

  /** @param {CustomerView} view */
  content(view) {
    if (view.appointment && !this.moving) return this.booked(view.appointment, view);
    return view.booking ? this.choice(view.booking, view) : nothing;
  }

  /** @param {Booking} booking @param {CustomerView} view */
  choice(booking, view) {
    const { prospect, ticket } = view;
    const decided = view.decision !== null;
    const later = booking.may_book && (this.when === "later" || this.moving || ticket !== null || decided);
    return html`<main class="page">
      <section class="intro">${decided ? this.toResult() : steps("call")}
        <h1>${t(this.moving ? "booking.title.move" : decided ? "booking.title.result" : "booking.title")}</h1>
        <p class="lede">${this.moving && view.appointment ? t("booking.lede.move", { time: this.said(view.appointment.at) }) : t(decided ? "booking.lede.result" : "booking.lede")}</p>
        <div class="aside"><ul class="rows">${row("message-square", t("booking.reminders"), t("booking.reminders.text"))}
          ${row("calendar-x", t("booking.free"), booking.change_until_min ? plural("booking.free.text", booking.change_until_min) : t("booking.free.any"))}</ul></div>
      </section>
      <div class="panel">
        ${this.missed(booking)}
        ${ticket ? notice("brand", "lock", t("booking.waits")) : nothing}
        ${this.moving || ticket || decided ? nothing : this.ways(booking, prospect)}
        ${later || ticket || decided ? nothing : this.hindered(prospect)}
        ${later ? html`<slot-picker .days=${this.days ?? []} .zone=${this.zone} .held=${booking.hold?.at ?? ""} .exact=${this.exact} .busy=${this.busy}></slot-picker>` : decided ? nothing : this.before()}
        ${slowWish(this, view)}
        ${help(this.config)}
        ${later ? this.bookDock(booking, ticket !== null) : decided ? nothing : this.callDock(prospect, ticket !== null)}
      </div></main>`;
  }

  /** The result, which this page was opened from. */
  toResult() {
    return html`<p><a class="link" href="/c/result">${icon("arrow-left")}<span>${t("booking.result.back")}</span></a></p>`;
  }

  /** @param {Booking} booking */
  missed({ missed, may_book, lapsed }) {
    return html`${lapsed && !missed ? notice("warn", "clock", t("booking.lapsed")) : nothing}${missed ? notice(missed === "agent" ? "lotus" : "warn", "phone-missed", t(`booking.missed.${missed}`)) : nothing}
      ${may_book ? nothing : notice("warn", "calendar-x", t("booking.used-up"))}`;
  }

  /** What awaits who calls now. @param {Prospect | null} prospect */
  now(prospect) {
    if (!prospect) return t("booking.now.text");
    if (!prospect.open) return t("booking.now.closed");
    if (prospect.full) return t("booking.now.full");
    if (!prospect.wait) return t("booking.now.nobody");
    const [low, high] = [prospect.wait.low_s / 60, prospect.wait.high_s / 60];
    return low ? t("booking.now.between", { low, high }) : plural("booking.now.within", high);
  }

  /** Why one had better not call now, and what to do instead. @param {Prospect | null} prospect */
  hindered(prospect) {
    if (!prospect) return nothing;
    if (!prospect.open) {
      const at = prospect.opens_at;
      return notice("warn", "clock", at ? t("booking.opens", { time: wall(at, this.zone), day: wholeDate(at, this.zone) }) : t("booking.opens.unknown"));
    }
    if (prospect.full) return notice("warn", "users", t(prospect.may_be_told ? "booking.full-tell" : "booking.full-now"));
    return prospect.wait ? nothing : notice("lotus", "coffee", t("booking.nobody"));
  }

  /** @param {Booking} booking @param {Prospect | null} prospect */
  ways({ may_book, days_ahead }, prospect) {
    /** @param {"now" | "later"} when @param {string} small */
    const way = (when, small) => html`<label class="radio tall"><input type="radio" name="when" value=${when} .checked=${this.when === when || (when === "now" && !may_book)}
      ?disabled=${when === "later" && !may_book} @change=${() => (this.when = when)}><span><span>${t(`booking.${when}`)}</span><small>${small}</small></span></label>`;
    return html`<fieldset><legend class="sr">${t("booking.ways")}</legend><div class="two">
      ${way("now", this.now(prospect))}${way("later", plural("booking.later.text", days_ahead))}</div></fieldset>`;
  }

  before() {
    return html`<section class="card" aria-labelledby="h-now"><h2 id="h-now">${t("booking.before")}</h2><ul class="rows">
      ${row("id-card", t("booking.before.card"), t("booking.before.card.text"))}${row("video", t("booking.before.test"), t("booking.before.test.text"))}
      ${row("clock", t("booking.before.wait"), t("booking.before.wait.text"))}</ul>${toPreparation()}</section>`;
  }

  /** @param {Prospect | null} prospect @param {boolean} waits */
  callDock(prospect, waits) {
    if (waits) return html`<div class="dock">${this.troubleLine()}${this.backToQueue()}</div>`;
    const closed = prospect !== null && (!prospect.open || (prospect.full && !prospect.may_be_told));
    if (closed) return html`<div class="dock">${this.troubleLine()}<p>${icon("calendar-clock")}${t("booking.now.later")}</p></div>`;
    return html`<div class="dock">${this.troubleLine()}<p>${icon("video")}${t("booking.now.next")}</p>
      <a class="btn primary lg" href="/c/precheck?again"><span>${t(prospect?.full ? "booking.now.keep" : "booking.now.go")}</span>${icon("arrow-right")}</a></div>`;
  }

  backToQueue() {
    return html`<a class="btn lg" href="/c/waiting">${icon("arrow-left")}<span>${t("booking.waits.back")}</span></a>`;
  }

  /** @param {Booking} booking @param {boolean} waits */
  bookDock({ hold }, waits) {
    const left = hold ? secondsUntil(hold.until) : 0;
    const held = hold !== null && left > 0;
    const said = held ? rich("booking.held", { time: wall(hold.at, this.zone), left: html`<b class="num">${minutesAndSeconds(left)}</b>` }) : t("booking.choose");
    const label = held ? t("booking.book", { time: wall(hold.at, this.zone), day: wholeDate(hold.at, this.zone) }) : t("booking.book.none");
    return html`<div class="dock">${this.troubleLine()}<p class="held">${icon("hourglass")}<span>${said}</span></p>
      <button class="btn primary lg" type="button" aria-disabled=${held && !this.busy ? "false" : "true"} @click=${() => held && this.tell("book")}><span>${label}</span></button>
      ${waits ? this.backToQueue() : nothing}
      ${this.moving ? html`<button class="btn lg" type="button" @click=${() => this.tell("keep")}><span>${t("booking.keep")}</span></button>` : nothing}</div>`;
  }

  /** 14:30, with the zone. @param {string} at */
  said(at) {
    return `${wall(at, this.zone)}, ${wholeDate(at, this.zone)}, ${zoneName(at, this.zone)}`;
  }

  /** @param {Appointment} one @param {CustomerView} view */
  booked(one, view) {
    const seconds = (Date.parse(one.at) - nowMs()) / 1000;
    return html`<main class="page">
      <section class="intro">${view.decision ? this.toResult() : steps("call")}
        <h1 tabindex="-1">${t("booking.done")}</h1>
        <p class="lede" role="status">${t("booking.done.text", { reference: view.reference, phone: view.phone.masked })}</p></section>
      <div class="panel">
        <section class="card stack booked" aria-labelledby="h-when"><div class="hd">${pill("ok", t("booking.confirmed"), "check")}<span class="small">${untilWords(seconds)}</span></div>
          <div class="when"><h2 class="t num" id="h-when">${wall(one.at, this.zone)}</h2><p class="d">${wholeDate(one.at, this.zone)}</p>
            <p class="small tz">${icon("globe")}<span>${zoneName(one.at, this.zone)} · ${plural("booking.minutes", one.minutes)}</span></p>
            ${differs(one.at, this.zone) ? html`<p class="small tz own">${icon("clock")}<span>${t("booking.own", { time: `${ownTime(one.at, this.zone)}, ${zoneName(one.at, OWN_ZONE)}` })}</span></p>` : nothing}</div>
          <a class="btn soft lg full" href="/api/customer/appointment.ics?language=${view.language}" download="appointment.ics">${icon("calendar-plus")}<span>${t("booking.calendar")}</span></a>
          <div class="two">${one.may_move ? html`<button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.tell("move")}>${icon("calendar-clock")}<span>${t("booking.move")}</span></button>` : nothing}
            ${one.may_cancel ? html`<button class="btn bad-t" type="button" ?disabled=${this.busy} @click=${() => openDialog(this)}>${icon("calendar-x")}<span>${t("booking.cancel")}</span></button>` : nothing}</div>
          ${this.troubleLine()}</section>
        <push-card .key=${this.config.push} .known=${one.devices} .time=${wall(one.at, this.zone)}></push-card>
        <section class="card" aria-labelledby="h-next"><h2 id="h-next">${t("booking.next")}</h2><ol class="tl">
          <li class="line ok">${icon("check")}<b>${t("booking.next.file")}</b><p>${t("booking.next.file.text")}</p></li>
          ${one.remind_at ? html`<li class="line now">${icon("bell-ring")}<b>${t("booking.next.reminder", { time: this.near(one.remind_at, one.at) })}</b><p>${t("booking.next.reminder.text")}</p></li>` : nothing}
          <li class="line">${icon("video")}<b>${t("booking.next.call", { time: wall(one.at, this.zone) })}</b><p>${one.late_min ? plural("booking.next.call.text", one.late_min) : t("booking.next.call.at-once")}</p></li></ol>${toPreparation()}</section>
        <p class="center muted">${one.may_cancel ? t("booking.until", { time: this.near(one.change_until, one.at) }) : t("booking.too-late")}</p>
        ${view.decision ? nothing : html`<p class="center"><a class="link" href="/c/precheck?again">${icon("video")}<span>${t("booking.test-or-call")}</span></a></p>`}
        ${slowWish(this, view)}
        ${help(this.config)}
      </div></main>
      <ask-dialog .question=${t("booking.cancel.ask")} .text=${t("booking.cancel.text", { time: this.said(one.at) })} .yes=${t("booking.cancel.yes")} .no=${t("booking.cancel.no")} @yes=${() => this.tell("cancel")}></ask-dialog>`;
  }

  /** An instant told beside an appointment: its day only where it is another. @param {string} at @param {string} beside */
  near(at, beside) {
    const sameDay = wholeDate(at, this.zone) === wholeDate(beside, this.zone);
    return sameDay ? wall(at, this.zone) : `${wall(at, this.zone)}, ${wholeDate(at, this.zone)}`;
  }
}
customElements.define("booking-page", BookingPage);
