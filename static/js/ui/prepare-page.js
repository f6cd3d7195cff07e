/** How to prepare for the call: six questions with their answers, and of which day they are. */

import { html } from "/static/vendor/lit.js";
import { language, t } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help } from "./pieces.js";

/** @param {string} day ISO 8601. */
const written = (day) => day.split("-").reverse().join("/");

export class PreparePage extends PageElement {
  static properties = { ...PageElement.properties, texts: { attribute: false } };

  constructor() {
    super();
    /** @type {Record<string, import("../lib/customer.js").Preparation> | null} */
    this.texts = null;
  }

  render() {
    const text = this.texts?.[language()];
    if (!text) return this.trouble ? this.closed() : html`<main class="page one" aria-busy="true"><h1 class="sr">${t("prepare.title")}</h1></main>`;
    return html`<main class="page"><section class="intro"><p class="eyebrow">${t("prepare.window")}</p><h1>${t("prepare.title")}</h1><p class="lede">${t("prepare.lede")}</p>
        <p class="small dated">${t("prepare.dated", { posted: written(text.posted), updated: written(text.updated) })}</p></section>
      <div class="panel"><section class="card"><ol class="how">${text.answers.map(({ topic, question, answer }) => html`<li data-topic=${topic}><h2 class="h3">${question}</h2>${answer.split("\n").map((line) => html`<p>${line}</p>`)}</li>`)}</ol></section>
        ${help(this.config)}</div></main>`;
  }
}
customElements.define("prepare-page", PreparePage);
