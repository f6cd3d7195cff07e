/** The three verdicts; a refusal asks for its reasons, a disabled approval says why and leads there. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, t } from "../lib/i18n.js";
import { dayAndClock } from "./format.js";
import { LightElement } from "./light-element.js";
import { grouped } from "./missing.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */
/** @typedef {import("../lib/staff.js").Verdict} Verdict */
/** @typedef {import("../lib/staff.js").Decision} Decision */

/** @type {Record<Verdict, {picture: string, kind: string}>} */
export const VERDICTS = {
  approve: { picture: "shield-check", kind: "ok" },
  reject: { picture: "circle-x", kind: "bad" },
  incomplete: { picture: "undo-2", kind: "warn" },
};

export class DecisionBar extends LightElement {
  static properties = {
    file: { attribute: false },
    trouble: { attribute: false },
    busy: { attribute: false },
    leads: { attribute: false },
    asked: { state: true },
    unreasoned: { state: true },
  };

  constructor() {
    super();
    /** @type {CustomerFile | null} */
    this.file = null;
    /** Sentence of the last refusal. */
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** Groups of what may be missing that stand on this page and can be jumped to. @type {string[]} */
    this.leads = [];
    /** The verdict whose dialog is open. @type {Verdict | null} */
    this.asked = null;
    /** A refusal was about to go without a reason. */
    this.unreasoned = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("file") && !this.file?.may.decide) this.asked = null;
  }

  updated() {
    const dialog = this.querySelector("dialog");
    if (this.asked && dialog && !dialog.open) dialog.showModal();
    else if (!this.asked && dialog?.open) dialog.close();
  }

  render() {
    const file = this.file;
    if (!file) return nothing;
    if (!file.may.decide) return file.decision ? this.#decided(file.decision) : nothing;
    return html`<div class="act">
        <button type="button" class="btn danger" ?hidden=${!file.may.reject} @click=${() => this.#open("reject")}>${t("decide.reject")}</button>
        <button type="button" class="btn" ?hidden=${!file.may.incomplete} @click=${() => this.#open("incomplete")}>${t("decide.incomplete")}</button>
        <button type="button" class="btn primary" aria-disabled=${!file.may.approve} aria-describedby="why"
          @click=${() => file.may.approve && this.#open("approve")}>${icon("shield-check")}<span>${t("decide.approve")}</span></button>
        <p id="why" class="why">${this.#why(file)}</p>
      </div>
      <dialog class="decide" aria-labelledby="h-decide" @close=${this.#closed}>${this.asked ? this.#form(file, this.asked) : nothing}</dialog>`;
  }

  /** @param {CustomerFile} file */
  #why(file) {
    if (file.may.approve) return t("decide.ready");
    const { counted, others } = grouped(file.may.approve_missing);
    const pieces = [
      ...others.map(({ code, message }) => this.#lead(code, code, message)),
      ...counted.map(({ group, codes }) => this.#lead(group, codes[0] ?? "", plural(`missing.${group}`, codes.length))),
    ];
    return html`${t("decide.missing")} ${pieces.map((piece, at) => html`${at ? " · " : nothing}${piece}`)}`;
  }

  /** @param {string} group Or the code itself. @param {string} code @param {string} text */
  #lead(group, code, text) {
    return this.leads.includes(group) ? html`<button type="button" class="lead" @click=${() => this.tell("show-missing", code)}>${text}</button>` : text;
  }

  /** @param {Decision} decision */
  #decided({ verdict, reasons, note, by, at }) {
    const { picture, kind } = VERDICTS[verdict];
    return html`<div class="decided ${kind}" role="status">${icon(picture)}<div><b>${t(`verdict.${verdict}`)}</b>
      <p class="num">${t("decide.by", { by, when: dayAndClock(at) })}</p>
      ${reasons.length ? html`<ul>${reasons.map(({ message }) => html`<li>${message}</li>`)}</ul>` : nothing}
      ${note ? html`<p class="said">${note}</p>` : nothing}</div></div>`;
  }

  /** @param {CustomerFile} file @param {Verdict} verdict */
  #form(file, verdict) {
    const reasons = verdict === "approve" ? [] : file.reasons[verdict];
    return html`<form method="dialog" @submit=${this.#send}>
      <header><h2 id="h-decide">${t(`decide.${verdict}-title`)}</h2>
        <button type="button" class="ib bare" aria-label=${t("close")} @click=${() => (this.asked = null)}>${icon("x")}</button></header>
      <p class="lede">${t(`decide.${verdict}-means`, { name: file.name || file.reference })}</p>
      ${reasons.length ? html`<fieldset class="rsn" aria-describedby=${this.unreasoned ? "no-reason" : nothing}><legend>${t("decide.reasons")}</legend>
        ${reasons.map(({ code, message }) => html`<label><input type="checkbox" name="reason" value=${code}
          @change=${() => (this.unreasoned = false)}><span>${message}</span></label>`)}</fieldset>` : nothing}
      <label class="fld"><span class="fl">${t("decide.note")}</span><textarea name="note" rows="2" maxlength="2000"></textarea></label>
      <div role="alert">${this.#fault()}</div>
      <footer><button type="button" class="btn" @click=${() => (this.asked = null)}>${t("cancel")}</button>
        <button class="btn ${verdict === "reject" ? "bad" : "primary"}" aria-disabled=${this.busy}>${t(`decide.${verdict}-do`)}</button></footer>
    </form>`;
  }

  #fault() {
    const said = this.unreasoned ? t("decide.no-reason") : this.trouble;
    return said ? html`<p class="alert bad" id="no-reason">${icon("circle-alert")}<span>${said}</span></p>` : nothing;
  }

  /** @param {Verdict} verdict */
  #open(verdict) {
    this.unreasoned = false;
    this.asked = verdict;
    this.tell("deciding");
  }

  #closed() {
    this.asked = null;
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    if (this.busy || !this.asked) return;
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const reasons = said.getAll("reason");
    this.unreasoned = this.asked !== "approve" && reasons.length === 0;
    if (!this.unreasoned) this.tell("decide", { verdict: this.asked, reasons, note: String(said.get("note")).trim() });
  }
}
customElements.define("decision-bar", DecisionBar);
