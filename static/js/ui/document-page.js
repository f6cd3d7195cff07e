/** Which document: one that is photographed and read, or another, which the customer types. */

import { html } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help, icon, pill, row, steps } from "./pieces.js";

/** Of a passport one page is photographed, of a card known by its zone one side. */
const ONE_SIDED = ["passport", "mrz-only"];

/** @param {string} kind */
const told = (kind) => ({ kind, name: t(`kind.${kind}`), picture: kind === "passport" ? "notebook-pen" : "id-card", tag: "ok", tagged: t("document.tag.read"), text: t(ONE_SIDED.includes(kind) ? `document.text.${kind}` : "document.text.both") });

export class DocumentPage extends PageElement {
  static properties = { ...PageElement.properties, chosen: { state: true } };

  constructor() {
    super();
    this.chosen = "";
  }

  /** @param {import("../lib/customer.js").CustomerView} view */
  content(view) {
    const chosen = this.chosen || view.document?.kind;
    return html`<main class="page">
      <section class="intro">
        ${steps("document")}
        <h1 id="h-document">${t("document.title")}</h1>
        <p class="lede">${t("document.lede")}</p>
        <div class="aside">${this.rules()}</div>
      </section>
      <form class="panel" @submit=${this.submit}>
        <fieldset class="stack" aria-labelledby="h-document" @change=${this.choose}>
          ${this.kinds().map(({ kind, name, picture, tag, tagged, text }) => html`<label class="radio tall">
            <input type="radio" name="kind" value=${kind} .checked=${chosen === kind}>
            <span class="grow"><span class="hd"><b>${name}</b>${pill(tag, tagged)}</span><small>${text}</small></span>
            <span class="ic">${icon(picture)}</span></label>`)}
        </fieldset>
        <section class="card phone-only">${this.rules()}</section>
        ${help(this.config)}
        <div class="dock">${this.troubleLine()}<p role="status">${t(chosen ? `document.next.${chosen === "other" ? "other" : "read"}` : "document.next.none")}</p>
          <button class="btn primary lg" aria-disabled=${chosen && !this.busy ? "false" : "true"}><span>${t("continue")}</span>${icon("arrow-right")}</button></div>
      </form></main>`;
  }

  kinds() {
    const typed = { kind: "other", name: t("document.other"), picture: "keyboard", tag: "info", tagged: t("document.other.tag"), text: t("document.other.text") };
    return [...this.config.documents.map(told), typed];
  }

  rules() {
    return html`<ul class="rows">
      ${row("file-check", t("document.rule.original"), t("document.rule.original.text"))}
      ${row("calendar-check", t("document.rule.valid"), t("document.rule.valid.text"))}</ul>`;
  }

  /** @param {Event} event */
  choose(event) {
    this.chosen = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    const chosen = this.chosen || this.view?.document?.kind;
    if (chosen) this.tell("choose", chosen);
    else this.querySelector("input")?.focus();
  }
}
customElements.define("document-page", DocumentPage);
