/** The dialog in which an agent asks somebody into the call: whom, what for, and a word beforehand. */

import { html, nothing } from "/static/vendor/lit.js";
import { copy } from "../lib/clipboard.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";

/** @typedef {{kind: "colleague" | "interpreter", mode: "transfer" | "consult" | "join", by: "desk" | "anybody" | "link", to: string, group?: string, note: string}} Wish */

/** @type {{name: string, kind: Wish["kind"], mode: Wish["mode"], link?: boolean}[]} */
const WAYS = [
  { name: "consult", kind: "colleague", mode: "consult" },
  { name: "join", kind: "colleague", mode: "join" },
  { name: "transfer", kind: "colleague", mode: "transfer" },
  { name: "interpreter", kind: "interpreter", mode: "join" },
  { name: "link", kind: "interpreter", mode: "join", link: true },
];

export class AskIn extends LightElement {
  static properties = { colleagues: { attribute: false }, groups: { attribute: false }, refusal: { attribute: false }, link: { attribute: false }, busy: { attribute: false }, way: { state: true }, copied: { state: true } };

  constructor() {
    super();
    /** Who could be rung; null until that is known. @type {{id: string, name: string}[] | null} */
    this.colleagues = null;
    /** Of agents with a skill, by name. @type {string[]} */
    this.groups = [];
    this.refusal = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** The interpreter's link, once it is made. */
    this.link = "";
    this.busy = false;
    this.way = "consult";
    this.copied = false;
  }

  render() {
    return html`<dialog class="decide" aria-labelledby="h-ask-in"><header><h2 id="h-ask-in">${t("ask-in.title")}</h2>
        <button type="button" class="ib bare" aria-label=${t("close")} @click=${this.close}>${icon("x")}</button></header>
      ${this.link ? this.#made() : this.#form()}</dialog>`;
  }

  #form() {
    const way = WAYS.find(({ name }) => name === this.way) ?? WAYS[0];
    const nobody = this.colleagues !== null && this.colleagues.length === 0;
    return html`<form @submit=${this.#ask}>
      <fieldset class="rsn"><legend>${t("ask-in.for")}</legend>${WAYS.map(({ name }) => html`<label><input type="radio" name="way" value=${name} .checked=${name === this.way} @change=${() => (this.way = name)}><span><b>${t(`ask-in.${name}`)}</b> <span class="sml mut">${t(`ask-in.${name}-means`)}</span></span></label>`)}</fieldset>
      ${way.link ? nothing : html`<label class="fld"><span class="fl">${t("ask-in.whom")}</span><select name="to" ?disabled=${nobody}>
        ${nobody ? html`<option value="">${t("ask-in.nobody")}</option>` : html`${way.kind === "colleague" ? html`<option value="">${t("ask-in.anybody")}</option>${this.groups.length ? html`<optgroup label=${t("ask-in.groups")}>${this.groups.map((group) => html`<option value="group:${group}">${t("ask-in.group", { group })}</option>`)}</optgroup>` : nothing}` : nothing}${this.colleagues?.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}`}</select></label>`}
      <label class="fld"><span class="fl">${t(way.link ? "ask-in.language" : "ask-in.note")}</span><textarea name="note" rows="2" maxlength="500"></textarea></label>
      <div role="alert">${this.refusal ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.refusal}</span></p>` : nothing}</div>
      <footer><button type="button" class="btn" @click=${this.close}>${t("close")}</button>
        <button type="submit" class="btn primary" aria-disabled=${this.busy || (nobody && !way.link)}>${icon(way.link ? "link" : "phone-call")}<span>${t(way.link ? "ask-in.make-link" : "ask-in.ring")}</span></button></footer></form>`;
  }

  #made() {
    return html`<p class="lede">${t("ask-in.link-means")}</p>
      <label class="fld"><span class="fl">${t("ask-in.link-is")}</span><input readonly .value=${this.link} @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}></label>
      <footer><button type="button" class="btn" @click=${this.close}>${t("close")}</button>
        <button type="button" class="btn primary" @click=${this.#copy}>${icon(this.copied ? "check" : "copy")}<span role="status">${t(this.copied ? "ask-in.copied" : "ask-in.copy")}</span></button></footer>`;
  }

  async #copy() {
    this.copied = await copy(this.link, null);
  }

  /** @param {SubmitEvent} event */
  #ask(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const way = WAYS.find(({ name }) => name === this.way) ?? WAYS[0];
    const chosen = String(data.get("to") ?? "");
    const group = chosen.startsWith("group:") ? chosen.slice("group:".length) : "";
    const to = group ? "" : chosen;
    if (this.busy || (!way.link && this.colleagues?.length === 0)) return;
    this.tell("ask-in", { kind: way.kind, mode: way.mode, by: way.link ? "link" : to ? "desk" : "anybody", to, group, note: String(data.get("note") ?? "") });
  }

  open() {
    this.link = "";
    this.refusal = "";
    this.copied = false;
    this.querySelector("dialog")?.showModal();
  }

  close() {
    this.querySelector("dialog")?.close();
  }
}
customElements.define("ask-in", AskIn);
