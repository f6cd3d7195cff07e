/** The numbers a customer may be called at, or the mailboxes that may be written to: who vouches for each; supervisors add one. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { sourceName, vouched } from "../ui/vouched.js";

/** @typedef {import("../lib/staff.js").Vouched} Vouched */

const SOURCES = /** @type {const} */ (["document", "directory", "switchboard"]);
const KINDS = /** @type {const} */ ({
  phones: { icon: "phone", field: "number", type: "tel", min: 5, max: 30 },
  mailboxes: { icon: "mail", field: "address", type: "email", min: 3, max: 254 },
});

export class VouchedList extends LightElement {
  static properties = { kind: {}, all: { attribute: false }, registers: { attribute: false }, orders: { attribute: false } };

  constructor() {
    super();
    /** @type {keyof typeof KINDS} */
    this.kind = "phones";
    /** @type {Vouched[]} */
    this.all = [];
    /** Whether this member of staff may add one. */
    this.registers = false;
    /** The authorisations one may be added on; null where none is needed. @type {import("../lib/staff.js").Authorisation[] | null} */
    this.orders = null;
  }

  render() {
    if (!this.all.length && !this.registers) return nothing;
    const id = `h-${this.kind}`;
    return html`<section aria-labelledby=${id}><div class="sh"><h2 id=${id}>${t(`${this.kind}.title`)}</h2></div>
      ${this.all.length ? html`<ul class="kv">${this.all.map((one) => this.#line(one))}</ul>` : nothing}
      ${this.registers ? this.#form() : nothing}</section>`;
  }

  /** @param {Vouched} one */
  #line(one) {
    const { masked, note, via, by, verified, in_force: inForce } = one;
    const more = [via ? t("vouched.via", { number: via }) : "", note, by].filter(Boolean).join(" · ");
    return html`<li>${icon(KINDS[this.kind].icon, verified ? "okc" : "mut")}<span class="num">${masked}</span>
      <small>${vouched(one)}${more ? html`<br>${more}` : nothing}</small>
      ${inForce ? pill("ok", t("vouched.in-force")) : verified ? nothing : pill("warn", t(`${this.kind}.unverified`))}</li>`;
  }

  #form() {
    const { field, type, min, max } = KINDS[this.kind];
    return html`<details><summary>${t(`${this.kind}.add`)}</summary><form class="clear" @submit=${this.#save}><p class="hint">${t(`${this.kind}.means`)}</p>${this.orders ? this.#ordered(this.orders) : nothing}
      <label class="fld"><span class="fl">${t(`${this.kind}.${field}`)}</span><input class="input" name=${field} type=${type} minlength=${min} maxlength=${max} autocomplete="off" required></label>
      <label class="fld"><span class="fl">${t("vouched.source")}</span><select class="input" name="source">${SOURCES.map((source) => html`<option value=${source}>${sourceName(source)}</option>`)}</select></label>
      <label class="fld"><span class="fl">${t("vouched.as-of")}</span><input class="input" name="as_of" type="date" required></label>
      <label class="fld"><span class="fl">${t("vouched.note")}</span><input class="input" name="note" maxlength="200" required></label>
      <button class="btn">${icon("save")}<span>${t("vouched.save")}</span></button></form></details>`;
  }

  /** @param {import("../lib/staff.js").Authorisation[]} orders */
  #ordered(orders) {
    if (!orders.length) return html`<p class="hint">${t("vouched.no-order")}</p>`;
    return html`<label class="fld"><span class="fl">${t("vouched.order")}</span><select class="input" name="authorisation">${orders.map(({ id, change }) => html`<option value=${id}>${change}</option>`)}</select></label>`;
  }

  /** @param {SubmitEvent} event */
  #save(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.tell("register", { kind: this.kind, entry: Object.fromEntries(new FormData(form)) });
  }

  /** It is written down: what was typed is needed no more. */
  kept() {
    this.querySelector("details")?.removeAttribute("open");
    this.querySelector("form")?.reset();
  }
}
customElements.define("vouched-list", VouchedList);
