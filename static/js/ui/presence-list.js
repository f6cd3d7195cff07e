/** The face in the call beside the portraits, how alike they are, what made somebody doubt, and who cleared that. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { dayAndClock, decimal, length } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";

/** @typedef {import("../lib/staff.js").FaceComparison} FaceComparison */
/** @typedef {import("../lib/staff.js").Signal} Signal */
/** @typedef {import("../lib/staff.js").Clearance} Clearance */

/** @type {Record<string, "ok" | "warn" | "bad">} */
const TONE = { match: "ok", refer: "warn", "no-match": "bad" };
const WEAK = new Set(["virtual-camera", "too-quick", "too-bright", "too-dark"]);

export class PresenceList extends LightElement {
  static properties = {
    comparisons: { attribute: false },
    signals: { attribute: false },
    clearances: { attribute: false },
    clears: { attribute: false },
  };

  constructor() {
    super();
    /** @type {FaceComparison[]} */
    this.comparisons = [];
    /** @type {Signal[]} */
    this.signals = [];
    /** @type {Clearance[]} */
    this.clearances = [];
    /** This reader's look counts as the second pair of eyes. */
    this.clears = false;
  }

  render() {
    if (!this.comparisons.length && !this.signals.length) return nothing;
    return html`<section class="presence" aria-labelledby="h-presence"><h2 id="h-presence">${t("presence.title")}</h2>
      ${this.comparisons.map((made) => this.#compared(made))}
      ${this.comparisons.length ? html`<p class="hint">${t("presence.hint")}</p>` : nothing}
      ${this.signals.length ? html`<h3>${t("presence.signals")}</h3><ul>${this.signals.map((one) => this.#signal(one))}</ul>` : nothing}
      ${this.clearances.map((made) => this.#cleared(made))}${this.#clearing()}</section>`;
  }

  /** What a supervisor said, once a supervisor looked. @param {Clearance} made */
  #cleared({ signals, note, by, at }) {
    return html`<div class="cleared">${icon("shield-check", "okc")}<p><b>${t("clearance.by", { by, when: dayAndClock(at) })}</b>
      <span class="mut">${signals.map((signal) => t(`signal-name.${signal}`)).join(" · ")}</span><span class="said">${note}</span></p></div>`;
  }

  /** The second pair of eyes: asked for, or given here. */
  #clearing() {
    const waiting = this.signals.filter(({ uncleared }) => uncleared);
    if (!waiting.length) return nothing;
    if (!this.clears) return html`<p class="alert warn" role="status">${icon("shield-alert")}<span>${t("clearance.wanted")}</span></p>`;
    return html`<form class="clear" @submit=${this.#clear}><p class="hint">${t("clearance.means")}</p>
      <label class="fld"><span class="fl">${t("clearance.note")}</span><textarea name="note" rows="2" maxlength="2000" required></textarea></label>
      <button class="btn">${icon("shield-check")}<span>${t("clearance.do")}</span></button></form>`;
  }

  /** What was shown is what was looked at: a signal that comes meanwhile is none of it. @param {SubmitEvent} event */
  #clear(event) {
    event.preventDefault();
    const note = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("note"));
    this.tell("clear", { signals: this.signals.filter(({ uncleared }) => uncleared).map(({ id }) => id), note });
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
