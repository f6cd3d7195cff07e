/** Customer files, newest first, filtered by stage, part by part; each row leads to its file. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, t } from "../lib/i18n.js";
import { VERDICTS } from "./decision-bar.js";
import { dayAndClock, documentName } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";
import { summonsMarks } from "./summons-list.js";
import "./staff-rail.js";

/** @typedef {import("../lib/staff.js").FileLine} FileLine */

export const STAGES = ["opened", "consented", "phone_confirmed", "documented", "confirmed", "booked", "waiting", "in_call", "decided", "withdrawn", "expired"];

/** @type {Record<string, string>} */
const STAGE_KINDS = { waiting: "lotus", in_call: "brand", decided: "" };

/** @param {string} stage */
export const stagePill = (stage) => pill(STAGE_KINDS[stage] ?? "", t(`stage.${stage}`));

export class FilesPage extends LightElement {
  static properties = {
    me: { attribute: false },
    config: { attribute: false },
    trouble: { attribute: false },
    files: { attribute: false },
    more: { attribute: false },
    busy: { attribute: false },
    stage: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** Null until they are known. @type {FileLine[] | null} */
    this.files = null;
    /** The list goes on. */
    this.more = false;
    /** The next part is on its way. */
    this.busy = false;
    /** Empty for every stage. */
    this.stage = "";
  }

  /** On to the first file of a part that just came: the reading goes on there. @param {number} place */
  async goTo(place) {
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`tbody tr:nth-child(${place + 1}) a`))?.focus();
  }

  render() {
    return html`<staff-rail .me=${this.me} here="files"></staff-rail>
      <main id="main"><header class="bar"><div class="ttl"><h1>${t("files.title")}</h1><p>${t("files.lede")}</p></div></header>
        <div class="smain">
          <div class="sinfo"><p role="status">${this.files ? html`<b>${plural(this.more ? "files.shown" : "files.count", this.files.length)}</b>` : nothing}</p>
            <label class="fld sm"><span class="fl">${t("files.stage")}</span><select @change=${this.#choose}>
              <option value="" ?selected=${!this.stage}>${t("files.any")}</option>
              ${STAGES.map((stage) => html`<option value=${stage} ?selected=${stage === this.stage}>${t(`stage.${stage}`)}</option>`)}</select></label></div>
          <div role="alert">${this.trouble ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
          <div class="panel grow" tabindex="0" role="group" aria-label=${t("files.caption")}>${this.files ? this.#table(this.files) : nothing}</div>
        </div></main>`;
  }

  /** @param {FileLine[]} files */
  #table(files) {
    if (!files.length) return this.#empty();
    return html`<table class="tbl srch"><caption class="sr">${t("files.caption")}</caption>
      <thead><tr><th scope="col">${t("files.customer")}</th><th scope="col" class="wid">${t("files.document")}</th><th scope="col">${t("files.stage")}</th>
        <th scope="col" class="wid">${t("files.verdict")}</th><th scope="col" class="wid">${t("files.updated")}</th></tr></thead>
      <tbody>${files.map((file) => this.#row(file))}</tbody></table>
      ${this.more ? html`<p class="rest"><button type="button" class="btn" aria-disabled=${this.busy} @click=${this.#goOn}>
        ${icon("chevron-down")}<span>${t("files.more")}</span></button></p>` : nothing}`;
  }

  /** @param {FileLine} file */
  #row({ id, reference, name, stage, verdict, updated_at, document: kind, summons }) {
    const outcome = verdict ? pill(VERDICTS[verdict].kind, t(`verdict.${verdict}`), VERDICTS[verdict].picture) : html`<span class="mut">–</span>`;
    return html`<tr><th scope="row"><a href="/staff/files/${id}"><b>${name || t("files.nameless")}</b><span class="s num">${reference}</span></a>${summonsMarks(summons)}
        <span class="s nar num">${documentName(kind)} · ${dayAndClock(updated_at)}</span></th>
      <td class="wid">${documentName(kind)}</td><td>${stagePill(stage)}${verdict ? html`<span class="s nar">${outcome}</span>` : nothing}</td>
      <td class="wid">${outcome}</td><td class="wid num nw">${dayAndClock(updated_at)}</td></tr>`;
  }

  #empty() {
    return html`<div class="empty">${icon("folder-search")}<b>${t(this.stage ? "files.empty-stage" : "files.empty")}</b>
      ${this.stage ? nothing : html`<span>${t("files.empty-more")}</span>`}</div>`;
  }

  #goOn() {
    if (!this.busy) this.tell("more");
  }

  /** @param {Event} event */
  #choose(event) {
    this.tell("stage", /** @type {HTMLSelectElement} */ (event.target).value);
  }
}
customElements.define("files-page", FilesPage);
