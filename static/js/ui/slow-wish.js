/** The wish to be spoken to slowly, at every step before the call; the agent sees it before answering. */

import { html } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { icon } from "./pieces.js";

/** @param {import("./page-element.js").PageElement} page @param {import("../lib/customer.js").CustomerView} view */
export const slowWish = (page, view) => html`<section class="card">${slowSwitch(page, view)}</section>`;

/** The switch and what it means, for a card that holds more. @param {import("./page-element.js").PageElement} page @param {import("../lib/customer.js").CustomerView} view */
export const slowSwitch = (page, view) => html`<ul class="rows sws"><li><span class="ic">${icon("ear")}</span><label for="slow-speech">${t("speech.slow")}</label>
    <input class="sw" type="checkbox" role="switch" id="slow-speech" aria-describedby="slow-means" .checked=${view.slow_speech} ?disabled=${page.busy}
      @change=${(/** @type {Event} */ event) => page.tell("speak-slowly", /** @type {HTMLInputElement} */ (event.target).checked)}></li></ul>
  <p class="small" id="slow-means">${t("speech.slow.text")}</p>`;
