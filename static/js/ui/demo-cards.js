/** Specimen cards at their true size: to print, to cut out, to photograph. */

import { html } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

const SIDES = /** @type {const} */ (["front", "back"]);

export class DemoCards extends LightElement {
  static properties = { cards: {} };

  constructor() {
    super();
    /** @type {{seed: number, name: string}[]} */
    this.cards = [];
  }

  render() {
    return html`<main class="demo cards">
      <div class="screen-only"><h1>${t("cards.title")}</h1><p class="lede">${t("cards.lede")}</p>
        <p class="actions"><button class="btn primary lg" @click=${() => print()}>${icon("file-text")}<span>${t("cards.print")}</span></button>
          <a class="btn lg" href="/demo/">${t("demo.back")}</a></p>
        <p class="small">${t("cards.how")}</p></div>
      ${this.cards.map(({ seed, name }) => html`<section class="sheet-row" aria-label=${name}>${SIDES.map((side) => this.side(seed, name, side))}</section>`)}
    </main>`;
  }

  /** @param {number} seed @param {string} name @param {(typeof SIDES)[number]} side */
  side(seed, name, side) {
    const address = `/demo/cards/${seed}/${side}.png`;
    return html`<figure><img class="true-size" src=${address} alt=${t(`cards.${side}`, { name })}>
      <figcaption class="screen-only"><a class="link" href=${address} download="specimen-${seed}-${side}.png" aria-label="${t("cards.download")}: ${t(`cards.${side}`, { name })}">${icon("download")}<span>${t("cards.download")}</span></a></figcaption></figure>`;
  }
}
customElements.define("demo-cards", DemoCards);
