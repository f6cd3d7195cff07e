/** The customer file: stages and verdict, time line, recordings with their marks, movements, papers. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { hasDesk } from "../lib/staff-page.js";
import { VERDICTS } from "../ui/decision-bar.js";
import { dayAndClock, documentName } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { stageSteps } from "./stage-steps.js";
import "../ui/file-timeline.js";
import "../ui/staff-rail.js";
import "./file-side.js";
import "./movement-plot.js";
import "./recording-player.js";

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */
/** @typedef {import("./recording-player.js").RecordingPlayer} RecordingPlayer */

export class FilePage extends LightElement {
  static properties = {
    me: { attribute: false },
    config: { attribute: false },
    trouble: { attribute: false },
    refusal: { attribute: false },
    busy: { attribute: false },
    file: { attribute: false },
    days: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** Sentence of a refused verdict, shown in its dialog. */
    this.refusal = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** @type {CustomerFile | null} */
    this.file = null;
    /** Times for a call about the result; null until they are asked for. @type {import("../lib/customer.js").Day[] | null} */
    this.days = null;
    this.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent<number>} */ (event).detail));
  }

  render() {
    const { file } = this;
    return html`<staff-rail .me=${this.me} here="files"></staff-rail>
      <main id="main">${file ? this.#bar(file) : html`<header class="bar">${this.#back()}<div class="ttl"><h1>${t("file.title")}</h1></div></header>`}
        <div role="alert">${this.trouble ? html`<p class="alert bad flat">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
        ${file ? this.#body(file) : this.trouble ? nothing : html`<p class="empty" role="status">${t("file.loading")}</p>`}</main>`;
  }

  #back() {
    return html`<a class="ib" href="/staff/files" aria-label=${t("file.back")}>${icon("arrow-left")}</a>`;
  }

  /** @param {CustomerFile} file */
  #bar(file) {
    return html`<header class="bar">${this.#back()}<div class="ttl"><h1>${file.name || t("files.nameless")}</h1>
        <p class="num">${file.reference} · ${file.phone_masked} · ${documentName(file.document)}</p></div>
      ${file.stage === "withdrawn" || file.stage === "expired" ? pill("", t(`stage.${file.stage}`)) : stageSteps(file)}${this.#verdict(file)}</header>`;
  }

  /** @param {CustomerFile} file */
  #verdict({ decision, stage }) {
    if (!decision || stage !== "decided") return nothing;
    const { kind, picture } = VERDICTS[decision.verdict];
    return html`<span class="verdict ${kind}">${icon(picture)}<span><b>${t(`verdict.${decision.verdict}`)}</b><small class="num">${t("decide.by", { by: decision.by, when: dayAndClock(decision.at) })}</small></span></span>`;
  }

  /** @param {CustomerFile} file */
  #body(file) {
    const played = file.calls.some(({ recordings }) => recordings.some(({ state }) => state === "finished"));
    return html`<div class="g-file">
      <aside class="panel tlp" aria-label=${t("timeline.title")}><header><h2>${t("timeline.title")}</h2></header>
        <file-timeline .events=${file.timeline} .leads=${played}></file-timeline></aside>
      <div class="mid rp"><recording-player .file=${file}></recording-player><movement-plot .file=${file}></movement-plot></div>
      <file-side .days=${this.days} .zone=${this.config?.bank.zone ?? "UTC"} .file=${file} .writes=${this.me !== null && hasDesk(this.me)} .trouble=${this.refusal} .busy=${this.busy}></file-side></div>`;
  }

  /** @param {number} at_s */
  #seek(at_s) {
    /** @type {RecordingPlayer | null} */ (this.querySelector("recording-player"))?.seek(at_s);
    this.querySelector(".rec")?.scrollIntoView({ block: "nearest" });
  }
}
customElements.define("file-page", FilePage);
