/** The face in the call beside the portraits, how alike they are, and what made somebody doubt. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { decimal, length } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";

/** @typedef {import("../lib/staff.js").FaceComparison} FaceComparison */
/** @typedef {import("../lib/staff.js").Signal} Signal */

/** @type {Record<string, "ok" | "warn" | "bad">} */
const TONE = { match: "ok", refer: "warn", "no-match": "bad" };
const WEAK = new Set(["virtual-camera", "too-quick", "too-bright", "too-dark"]);

export class PresenceList extends LightElement {
  static properties = { comparisons: { attribute: false }, signals: { attribute: false } };

  constructor() {
    super();
    /** @type {FaceComparison[]} */
    this.comparisons = [];
    /** @type {Signal[]} */
    this.signals = [];
  }

  render() {
    if (!this.comparisons.length && !this.signals.length) return nothing;
    return html`<section class="presence" aria-labelledby="h-presence"><h2 id="h-presence">${t("presence.title")}</h2>
      ${this.comparisons.map((made) => this.#compared(made))}
      ${this.comparisons.length ? html`<p class="hint">${t("presence.hint")}</p>` : nothing}
      ${this.signals.length ? html`<h3>${t("presence.signals")}</h3><ul>${this.signals.map((one) => this.#signal(one))}</ul>` : nothing}</section>`;
  }

  /** @param {FaceComparison} made */
  #compared({ of, outcome, score, match_at, refer_at, looks, model, too_small, live_url, portrait_url }) {
    const limits = { match: decimal(match_at, 3), refer: decimal(refer_at, 3), looks, model };
    return html`<figure class="pair"><div class="two"><img src=${live_url} alt=${t("presence.live")}>
        ${portrait_url ? html`<img src=${portrait_url} alt=${t(`portrait.${of}`)}>` : html`<span class="none">${icon("user")}</span>`}</div>
      <figcaption><span>${t("presence.beside", { portrait: t(`portrait.${of}`) })}</span>
        <span class="score">${pill(TONE[outcome] ?? "", t(`likeness.${outcome}`))}${score === null ? nothing : html` <b class="num">${decimal(score, 2)}</b>`}</span>
        <small>${score === null ? t("presence.no-face") : t("presence.limits", limits)}</small>
        ${too_small ? html`<span class="badc">${icon("triangle-alert")} ${t("presence.too-small")}</span>` : nothing}</figcaption></figure>`;
  }

  /** @param {Signal} one */
  #signal({ signal, figure, call_s }) {
    const at = call_s === null ? "" : length(call_s);
    return html`<li class=${WEAK.has(signal) ? "weak" : "alert"}>${icon("triangle-alert")}<span>${t(`signal.${signal}`, { figure: decimal(figure, 2) })}
      ${at ? html`<span class="num nb">${at}</span>` : nothing}</span></li>`;
  }
}
customElements.define("presence-list", PresenceList);
