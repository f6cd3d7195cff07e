/** What an agent does with the customer in a call, one kind of work at a time: movements, the document, questions, a code, a change asked for. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import "./callback-panel.js";
import "./change-panel.js";
import "./code-panel.js";
import "./document-panel.js";
import "./movement-panel.js";
import "./question-panel.js";

const TABS = /** @type {const} */ (["movement", "document", "questions", "code", "change"]);
/** What an approval may lack of the document. */
const OF_DOCUMENT = ["tilt", "features", "finger", "hand"];
/** @typedef {(typeof TABS)[number]} Task */

/** Which of them a code of what an approval lacks belongs to. @param {string} code @returns {Task | null} */
export const taskOf = (code) => OF_DOCUMENT.includes(code) ? "document" : code === "callback" ? "code" : TABS.find((task) => code === task || code.startsWith(`${task}-`)) ?? null;

export class CallTasks extends LightElement {
  static properties = { file: { attribute: false }, progress: { attribute: false }, open: { attribute: false }, live: { attribute: false }, task: { state: true } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** The movement under way. @type {import("./agent-call.js").Progress | null} */
    this.progress = null;
    /** Both are there, nothing is decided. */
    this.open = false;
    /** Both are there. */
    this.live = false;
    /** @type {Task} */
    this.task = "movement";
  }

  render() {
    return html`<div class="tasks"><div class="seg" role="tablist" aria-label=${t("tasks.title")} @keydown=${this.#walk}>${TABS.map((task) => html`
        <button type="button" role="tab" id="task-${task}" aria-controls="does-${task}" aria-selected=${task === this.task} tabindex=${task === this.task ? 0 : -1}
          @click=${() => (this.task = task)}>${t(`task.${task}`)}${this.#lacks(task) ? html`<i class="dot" role="img" aria-label=${t("tasks.lacks")}></i>` : ""}</button>`)}</div>
      ${TABS.map((task) => html`<div role="tabpanel" id="does-${task}" aria-labelledby="task-${task}" tabindex=${task === "code" ? "0" : nothing} ?hidden=${task !== this.task}>${this.#panel(task)}</div>`)}</div>`;
  }

  /** @param {Task} task */
  #panel(task) {
    if (task === "document") return html`<document-panel .file=${this.file} .open=${this.open}></document-panel>`;
    if (task === "questions") return html`<question-panel .file=${this.file} .open=${this.open}></question-panel>`;
    if (task === "code") return html`<code-panel .file=${this.file} .open=${this.open}></code-panel><callback-panel .file=${this.file} .open=${this.open}></callback-panel>`;
    if (task === "change") return html`<change-panel .file=${this.file} .open=${this.live}></change-panel>`;
    return html`<movement-panel .file=${this.file} .progress=${this.progress} .open=${this.open}></movement-panel>`;
  }

  /** Whether an approval still needs something of it. @param {Task} task */
  #lacks(task) {
    return this.file?.may.approve_missing.some(({ code }) => taskOf(code) === task) ?? false;
  }

  /** Bring up what stands between the file and its approval. @param {string} code */
  async show(code) {
    this.task = taskOf(code) ?? this.task;
    await this.updateComplete;
  }

  /** Arrow keys walk between tabs. @param {KeyboardEvent} event */
  #walk(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    this.task = TABS[(TABS.indexOf(this.task) + step + TABS.length) % TABS.length] ?? this.task;
    this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("[aria-selected=true]"))?.focus());
  }
}
customElements.define("call-tasks", CallTasks);
