/** The entry a desk owes: what was changed in the call, by which authorisations; nothing is one tap. */

import { html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";

const PAUSE_MS = 800;

export class ContactEntry extends LightElement {
  static properties = { owed: { attribute: false }, busy: { attribute: false }, text: { state: true }, left: { state: true }, state: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Owed | null} */
    this.owed = null;
    this.busy = false;
    /** What is written here; null: nothing yet. @type {string | null} */
    this.text = null;
    /** Authorised, but not carried out. @type {string[]} */
    this.left = [];
    /** @type {"" | "writing" | "saved" | "unsaved"} */
    this.state = "";
    this.timer = 0;
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (!changed.has("owed") || changed.get("owed")?.call === this.owed?.call) return;
    clearTimeout(this.timer);
    this.text = null;
    this.left = [];
    this.state = "";
  }

  render() {
    const { owed } = this;
    if (!owed) return nothing;
    return html`<section class="panel in entry" aria-labelledby="h-entry"><div class="sh"><h2 id="h-entry">${t("contact.title")}</h2>
        <a class="sml" href="/staff/files/${owed.application}">${owed.name || owed.reference}</a></div>
      ${owed.authorisations.length ? this.#form(owed) : html`<p class="sml">${t("contact.no-proof")}</p><div class="grp">${this.#nothing("primary")}</div>`}</section>`;
  }

  /** @param {import("../lib/staff.js").Owed} owed */
  #form(owed) {
    return html`<form @submit=${this.#enter}><fieldset class="rsn"><legend>${t("contact.whose")}</legend>${owed.authorisations.map(({ id, change }) => html`<label><input type="checkbox" name="done" value=${id}
        .checked=${!this.left.includes(id)} @change=${() => this.#turn(id)}><span>${change}</span></label>`)}</fieldset>
      <label class="note"><span class="nh"><span>${t("contact.changed")}</span><small role="status">${this.state ? t(`note.${this.state}`) : ""}</small></span>
        <textarea name="changed" rows="2" maxlength="10050" .value=${live(this.#shown(owed))} @input=${this.#written} @change=${() => this.#keep()}></textarea></label>
      <div class="grp"><button type="submit" class="btn primary" aria-disabled=${this.busy || this.left.length === owed.authorisations.length}>${icon("save")}<span>${t("contact.keep")}</span></button>${this.#nothing("")}</div></form>`;
  }

  /** @param {string} kind */
  #nothing(kind) {
    return html`<button type="button" class="btn ${kind}" aria-disabled=${this.busy} @click=${() => this.#send("", [])}>${icon("clipboard-check")}<span>${t("contact.nothing")}</span></button>`;
  }

  /** What was typed here, or before, or what the customer agreed to. @param {import("../lib/staff.js").Owed} owed */
  #shown({ draft, authorisations }) {
    const agreed = authorisations.filter(({ id }) => !this.left.includes(id)).map(({ change }) => change);
    return this.text ?? (draft || agreed.join("\n"));
  }

  /** @param {string} id */
  #turn(id) {
    this.left = this.left.includes(id) ? this.left.filter((one) => one !== id) : [...this.left, id];
  }

  /** @param {Event} event */
  #written(event) {
    this.text = /** @type {HTMLTextAreaElement} */ (event.target).value;
    this.state = "writing";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#keep(), PAUSE_MS);
  }

  #keep() {
    clearTimeout(this.timer);
    if (this.owed && this.text !== null && this.state === "writing") this.tell("draft-contact", { call: this.owed.call, changed: this.text });
  }

  /** @param {string} text What was kept. @param {boolean} well */
  kept(text, well) {
    if (this.text === text) this.state = well ? "saved" : "unsaved";
  }

  /** @param {SubmitEvent} event */
  #enter(event) {
    event.preventDefault();
    const { owed } = this;
    if (!owed) return;
    this.#send(this.#shown(owed), owed.authorisations.map(({ id }) => id).filter((id) => !this.left.includes(id)));
  }

  /** @param {string} changed @param {string[]} authorisations */
  #send(changed, authorisations) {
    const none = changed && !authorisations.length;
    if (this.busy || !this.owed || none) return;
    clearTimeout(this.timer);
    this.tell("enter-contact", { call: this.owed.call, changed, authorisations });
  }
}
customElements.define("contact-entry", ContactEntry);
