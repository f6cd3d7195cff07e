/** The numbers a customer may be called at: who vouches for each, by which hop it came; supervisors add one. */

import { html, nothing } from "/static/vendor/lit.js";
import { hasText, t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";

/** @typedef {import("../lib/staff.js").Phone} Phone */

const SOURCES = /** @type {const} */ (["document", "directory", "switchboard"]);

/** @param {string} source */
const named = (source) => (hasText(`phones.from-${source}`) ? t(`phones.from-${source}`) : source);

export class PhoneList extends LightElement {
  static properties = { phones: { attribute: false }, registers: { attribute: false } };

  constructor() {
    super();
    /** @type {Phone[]} */
    this.phones = [];
    /** Whether this member of staff may add one. */
    this.registers = false;
  }

  render() {
    if (!this.phones.length && !this.registers) return nothing;
    return html`<section aria-labelledby="h-phones"><div class="sh"><h2 id="h-phones">${t("phones.title")}</h2></div>
      ${this.phones.length ? html`<ul class="kv">${this.phones.map((phone) => this.#phone(phone))}</ul>` : nothing}
      ${this.registers ? this.#form() : nothing}</section>`;
  }

  /** @param {Phone} phone */
  #phone({ masked, source, as_of: asOf, note, via, by, verified, in_force: inForce }) {
    const date = asOf.split("-").reverse().join("/");
    const more = [via ? t("phones.via", { number: via }) : "", note, by].filter(Boolean).join(" · ");
    return html`<li>${icon("phone", verified ? "okc" : "mut")}<span class="num">${masked}</span>
      <small>${t("phones.from", { source: named(source), date })}${more ? html`<br>${more}` : nothing}</small>
      ${inForce ? pill("ok", t("phones.in-force")) : verified ? nothing : pill("warn", t("phones.unverified"))}</li>`;
  }

  #form() {
    return html`<details><summary>${t("phones.add")}</summary><form class="clear" @submit=${this.#save}><p class="hint">${t("phones.means")}</p>
      <label class="fld"><span class="fl">${t("phones.number")}</span><input class="input" name="number" type="tel" minlength="5" maxlength="30" required></label>
      <label class="fld"><span class="fl">${t("phones.source")}</span><select class="input" name="source">${SOURCES.map((one) => html`<option value=${one}>${named(one)}</option>`)}</select></label>
      <label class="fld"><span class="fl">${t("phones.as-of")}</span><input class="input" name="as_of" type="date" required></label>
      <label class="fld"><span class="fl">${t("phones.note")}</span><input class="input" name="note" maxlength="200" required></label>
      <button class="btn">${icon("save")}<span>${t("phones.save")}</span></button></form></details>`;
  }

  /** @param {SubmitEvent} event */
  #save(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.tell("register-phone", Object.fromEntries(new FormData(form)));
    form.closest("details")?.removeAttribute("open");
    form.reset();
  }
}
customElements.define("phone-list", PhoneList);
