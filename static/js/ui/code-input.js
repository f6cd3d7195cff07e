/** Six digits in one real field over six drawn boxes, so that phones can fill it in from the message. */

import { html, live } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";

export const DIGITS = 6;

export class CodeInput extends LightElement {
  static properties = { value: { attribute: false }, wrong: { attribute: false }, describedBy: { attribute: false }, readonly: { attribute: false } };

  constructor() {
    super();
    this.value = "";
    this.wrong = false;
    this.readonly = false;
    this.describedBy = "";
  }

  render() {
    return html`<div class="field"><label for="code">${t("code.label")}</label>
      <div class="otp">
        <div class="boxes ${this.wrong ? "bad" : ""}" aria-hidden="true">${Array.from({ length: DIGITS }, (_, at) => html`<i class=${at === this.value.length && !this.wrong ? "now" : ""}></i>`)}</div>
        <div class="clip"><input id="code" name="code" type="text" inputmode="numeric" pattern="[0-9]*" maxlength=${DIGITS} autocomplete="one-time-code"
          aria-describedby=${this.describedBy} aria-invalid=${this.wrong ? "true" : "false"} ?readonly=${this.readonly} .value=${live(this.value)} @input=${this.type}></div>
      </div></div>`;
  }

  /** @param {Event} event */
  type(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    this.value = field.value.replace(/\D/g, "").slice(0, DIGITS);
    field.value = this.value;
    this.tell("typed", this.value);
  }
}
customElements.define("code-input", CodeInput);
