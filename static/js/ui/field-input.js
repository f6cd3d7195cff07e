/** One detail of a document, typed: a line, digits, a date, a choice. Tells "edited" and, on leaving, "kept". */

import { html, live, nothing } from "/static/vendor/lit.js";
import { NO_EXPIRY, readDate, withSlashes, writeDate } from "../lib/dates.js";
import { kindOf } from "../lib/fields.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

export class FieldInput extends LightElement {
  static properties = {
    name: { attribute: false },
    value: { attribute: false },
    error: { attribute: false },
    warn: { attribute: false },
    hint: { attribute: false },
    written: { state: true },
  };

  constructor() {
    super();
    this.name = "";
    this.value = "";
    this.error = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.warn = false;
    this.hint = "";
    /** A date as it stands in the field while it is typed. @type {string | null} */
    this.written = null;
  }

  render() {
    const control = { line: this.line, digits: this.digits, lines: this.lines, date: this.date, expiry: this.expiry, sex: this.sex }[kindOf(this.name)];
    return html`${control.call(this)}
      ${this.error ? html`<p class="err" id="e-${this.name}">${icon("triangle-alert")}<span>${this.error}</span></p>` : nothing}
      ${this.hint ? html`<p class="hint" id="h-${this.name}">${this.hint}</p>` : nothing}`;
  }

  get described() {
    return [this.error && `e-${this.name}`, this.hint && `h-${this.name}`].filter(Boolean).join(" ") || nothing;
  }

  get look() {
    return `input${this.error ? " bad" : this.warn ? " warn" : ""}`;
  }

  line() {
    return html`<input class=${this.look} id="f-${this.name}" autocomplete="off" autocapitalize="words" spellcheck="false" aria-describedby=${this.described}
      aria-invalid=${this.error ? "true" : "false"} .value=${live(this.value)} @input=${this.edit} @change=${this.keep}>`;
  }

  digits() {
    return html`<input class="${this.look} num" id="f-${this.name}" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby=${this.described}
      aria-invalid=${this.error ? "true" : "false"} .value=${live(this.value)} @input=${this.edit} @change=${this.keep}>`;
  }

  lines() {
    return html`<textarea class=${this.look} id="f-${this.name}" rows="2" autocomplete="off" spellcheck="false" aria-describedby=${this.described}
      aria-invalid=${this.error ? "true" : "false"} .value=${live(this.value)} @input=${this.edit} @change=${this.keep}></textarea>`;
  }

  date() {
    const text = this.written ?? (this.value === NO_EXPIRY ? "" : writeDate(this.value));
    return html`<input class="${this.look} num" id="f-${this.name}" inputmode="numeric" autocomplete="off" placeholder=${t("date.placeholder")} maxlength="10"
      aria-describedby=${this.described} aria-invalid=${this.error ? "true" : "false"} ?disabled=${this.value === NO_EXPIRY}
      .value=${live(text)} @input=${this.editDate} @change=${this.keep}>`;
  }

  expiry() {
    return html`${this.date()}<label class="tick"><input class="box" type="checkbox" .checked=${this.value === NO_EXPIRY} @change=${this.tickNoExpiry}><span>${t("expiry.none")}</span></label>`;
  }

  sex() {
    return html`<div class="two" id="f-${this.name}" role="radiogroup" tabindex="-1" aria-label=${t("field.sex")} aria-describedby=${this.described}>
      ${["F", "M"].map((code) => html`<label class="radio"><input type="radio" name="f-${this.name}" value=${code} .checked=${live(this.value === code)} @change=${this.choose}><span>${t(`sex.${code}`)}</span></label>`)}</div>`;
  }

  /** @param {string} value */
  become(value) {
    this.value = value;
    this.tell("edited", { name: this.name, value });
  }

  keep() {
    this.tell("kept", { name: this.name, value: this.value });
  }

  /** @param {Event} event */
  edit(event) {
    this.become(/** @type {HTMLInputElement} */ (event.target).value.normalize("NFC"));
  }

  /** What is no date yet is told as written: the wiring refuses it in words. @param {Event} event */
  editDate(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const deleting = event instanceof InputEvent && event.inputType.startsWith("delete");
    this.written = deleting ? field.value : withSlashes(field.value);
    field.value = this.written;
    this.become(readDate(this.written) || this.written);
  }

  /** @param {Event} event */
  tickNoExpiry(event) {
    this.written = null;
    this.become(/** @type {HTMLInputElement} */ (event.target).checked ? NO_EXPIRY : "");
    this.keep();
  }

  /** @param {Event} event */
  choose(event) {
    this.become(/** @type {HTMLInputElement} */ (event.target).value);
    this.keep();
  }
}
customElements.define("field-input", FieldInput);
