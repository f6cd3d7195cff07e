/** Asks once more before a call ends without a verdict; with a verdict it ends at once. */

import { html } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";

export class HangUpQuestion extends LightElement {
  static properties = { undecided: { attribute: false } };

  constructor() {
    super();
    this.undecided = false;
  }

  render() {
    return html`<dialog class="decide" aria-labelledby="h-hang"><header><h2 id="h-hang">${t("hang.title")}</h2></header>
      <p class="lede">${t("hang.means")}</p>
      <footer><button type="button" class="btn" @click=${this.#close}>${t("hang.stay")}</button>
        <button type="button" class="btn bad" @click=${this.#end}>${t("hang.end")}</button></footer></dialog>`;
  }

  /** Ask, or end right away. */
  ask() {
    if (this.undecided) this.querySelector("dialog")?.showModal();
    else this.#end();
  }

  #close() {
    this.querySelector("dialog")?.close();
  }

  #end() {
    this.#close();
    this.tell("end-call");
  }
}
customElements.define("hang-up-question", HangUpQuestion);
