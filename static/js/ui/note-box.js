/** The internal note: saved while writing, and never overwritten by news under the writer's hands. */

import { html, live } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";

const PAUSE_MS = 800;

export class NoteBox extends LightElement {
  static properties = { text: { attribute: false }, closed: { attribute: false }, state: { attribute: false } };

  constructor() {
    super();
    /** What the server keeps. */
    this.text = "";
    /** Nothing can be added any more. */
    this.closed = false;
    /** @type {"" | "writing" | "saved" | "unsaved"} */
    this.state = "";
    /** What is written here and not yet kept there. @type {string | null} */
    this.draft = null;
    this.timer = 0;
  }

  render() {
    const said = this.state ? t(`note.${this.state}`) : "";
    return html`<label class="note"><span class="nh"><span>${t("note.label")}</span><small role="status">${said}</small></span>
      <textarea rows="2" maxlength="4000" placeholder=${t("note.hint")} ?readonly=${this.closed} .value=${live(this.draft ?? this.text)}
        @input=${this.#written} @change=${() => this.save()}></textarea></label>`;
  }

  /** @param {Event} event */
  #written(event) {
    this.draft = /** @type {HTMLTextAreaElement} */ (event.target).value;
    this.state = "writing";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  /** Hand the draft over now; the page answers with `kept`. */
  save() {
    clearTimeout(this.timer);
    if (this.draft !== null && this.state === "writing") this.tell("note", this.draft);
  }

  /** @param {string} text What was saved. @param {boolean} well */
  kept(text, well) {
    if (well && this.draft === text) this.draft = null;
    this.state = well ? (this.draft === null ? "saved" : "writing") : "unsaved";
  }
}
customElements.define("note-box", NoteBox);
