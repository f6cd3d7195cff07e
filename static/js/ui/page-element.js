/** What every customer page's element has: the view, the configuration, a trouble line, a closed door. */

import { html, nothing } from "/static/vendor/lit.js";
import { Refused } from "../lib/api.js";
import { hasText, t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { help, icon } from "./pieces.js";

/** Stands until the server has told its own. @type {import("../lib/customer.js").Config} */
const NOT_LOADED = { demo: false, address: "", bank: { name_vi: "", name_en: "", hotline: "", hotline_hours: "", zone: "UTC" }, languages: [], limits: { photo_max_bytes: 0, photo_long_side_px: 0, still_bytes: 0, still_timer_s: 0, rejoin_s: 60 }, capture: { auto: false, gallery: false, failures: 3 }, push: "", documents: [] };

export class PageElement extends LightElement {
  static properties = {
    view: { attribute: false },
    config: { attribute: false },
    busy: { attribute: false },
    trouble: { attribute: false },
    refusal: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import("../lib/customer.js").CustomerView | null} */
    this.view = null;
    /** @type {import("../lib/customer.js").Config} */
    this.config = NOT_LOADED;
    this.busy = false;
    /** The sentence of the last refusal, until the next act. */
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** @type {Refused | null} */
    this.refusal = null;
    /** Address of the page before this one, when a customer may turn back. */
    this.back = "";
    /** The page brings its own head, with the language in it. */
    this.ownHead = false;
  }

  render() {
    return this.view ? this.content(this.view) : this.closed();
  }

  /** @param {import("../lib/customer.js").CustomerView} _view @returns {unknown} */
  content(_view) {
    return nothing;
  }

  /** No view: the link is wrong or old, or the server cannot be reached. */
  closed() {
    const code = this.refusal?.code ?? "";
    const known = hasText(`closed.${code}`);
    return html`<main class="page one"><section class="card stack closed">
        <span class="ic ${code === "handover-over" ? "ok" : "warn"}">${icon(code === "handover-over" ? "monitor" : this.refusal ? "link" : "wifi-off")}</span>
        <h1>${t(known ? `closed.${code}` : "closed.other")}</h1>
        <p class="lede" role="alert">${known ? t(`closed.${code}.text`) : this.trouble}</p>
        ${known ? nothing : html`<button class="btn primary lg" @click=${() => location.reload()}>${icon("rotate-ccw")}<span>${t("again")}</span></button>`}
      </section>
      ${help(this.config)}</main>`;
  }

  /** The last refusal, said once to a screen reader. */
  troubleLine() {
    return html`<div role="alert" class="trouble">${this.trouble ? html`<p class="notice bad">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>`;
  }
}
