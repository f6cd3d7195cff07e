/** The customer file beside a call: papers and fields, what happened, the note, the verdict. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { asPhotographs, isConfirmed, isOpen, stillsOf } from "./scene.js";
import "../ui/decision-bar.js";
import "../ui/document-photos.js";
import "../ui/feature-sheet.js";
import "../ui/field-table.js";
import "../ui/file-timeline.js";
import "../ui/flag-list.js";
import "../ui/note-box.js";
import "../ui/portrait-list.js";
import "../ui/presence-list.js";
import "../ui/sign-note.js";

const TABS = /** @type {const} */ (["documents", "history"]);

export class FilePanel extends LightElement {
  static properties = {
    file: { attribute: false },
    reading: { attribute: false },
    trouble: { attribute: false },
    busy: { attribute: false },
    leads: { attribute: false },
    tab: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** The call still rings: only reading. */
    this.reading = false;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** Groups of what an approval may lack that stand on this page. @type {string[]} */
    this.leads = [];
    /** @type {(typeof TABS)[number]} */
    this.tab = "documents";
  }

  render() {
    const file = this.file;
    if (!file) return html`<aside class="file" aria-label=${t("file.title")}><div class="scroll"></div></aside>`;
    return html`<aside class="file" aria-label=${t("file.title")}>
      <div class="tabs" role="tablist" aria-label=${t("file.title")} @keydown=${this.#walk}>${TABS.map((tab) => html`
        <button type="button" role="tab" id="tab-${tab}" aria-controls="panel-${tab}" aria-selected=${tab === this.tab}
          tabindex=${tab === this.tab ? 0 : -1} @click=${() => (this.tab = tab)}>${t(`tab.${tab}`)}</button>`)}</div>
      ${TABS.map((tab) => html`<div class="scroll" role="tabpanel" id="panel-${tab}" aria-labelledby="tab-${tab}" tabindex="0" ?hidden=${tab !== this.tab}>
        ${tab === "documents" ? this.#documents(file) : html`<file-timeline .events=${file.timeline} .filters=${false}></file-timeline>`}</div>`)}
      ${this.reading ? nothing : html`<decision-bar .file=${file} .trouble=${this.trouble} .busy=${this.busy} .leads=${this.leads}></decision-bar>`}
    </aside>`;
  }

  /** @param {import("../lib/staff.js").CustomerFile} file */
  #documents(file) {
    return html`${this.reading ? html`<sign-note .signs=${file.signs}></sign-note>` : nothing}<document-photos .photographs=${file.photographs.filter(({ current }) => current)}></document-photos>
      <feature-sheet .kind=${file.document}></feature-sheet>
      ${this.#stills(file)}
      <presence-list .comparisons=${file.comparisons} .signals=${file.signals} .clearances=${file.clearances}></presence-list>
      <portrait-list .portraits=${file.portraits}></portrait-list>
      <flag-list .flags=${file.flags}></flag-list>
      <field-table .fields=${file.fields} .confirmed=${isConfirmed(file)} .conflicts=${file.conflicts}></field-table>
      ${this.reading ? nothing : html`<note-box .text=${file.note} .closed=${!isOpen(file)}></note-box>`}`;
  }

  /** @param {import("../lib/staff.js").CustomerFile} file */
  #stills({ calls }) {
    const taken = asPhotographs(stillsOf(calls));
    return taken.length ? html`<section aria-labelledby="h-stills"><h2 id="h-stills">${t("stills.title")}</h2><document-photos .photographs=${taken} .told=${true}></document-photos></section>` : nothing;
  }

  /** Arrow keys walk between tabs. @param {KeyboardEvent} event */
  #walk(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = TABS[(TABS.indexOf(this.tab) + 1) % TABS.length];
    this.tab = other ?? this.tab;
    this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("[aria-selected=true]"))?.focus());
  }
}
customElements.define("file-panel", FilePanel);
