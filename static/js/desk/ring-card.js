/** A customer is calling: who, on what document, and the seconds left to answer. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { documentName } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

export class RingCard extends LightElement {
  static properties = { call: { attribute: false }, file: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").DeskCall | null} */
    this.call = null;
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    this.busy = false;
    this.endsAt = 0;
    /** The longest that was left: the ring on the picture is full then. */
    this.whole = 1;
    this.ticking = new Ticking(this, 250);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const left = this.call?.ring_seconds_left;
    if (!changed.has("call") || left === null || left === undefined) return;
    if (changed.get("call") === undefined || left > this.whole) this.whole = Math.max(left, 1);
    this.endsAt = nowMs() + left * 1000;
  }

  render() {
    const left = Math.max(0, (this.endsAt - nowMs()) / 1000);
    const file = this.file;
    return html`<section class="panel rdy ringing" aria-labelledby="h-ring"><div class="empty">
      <span class="bell" aria-hidden="true">${icon("phone-incoming")}</span>
      <div role="alert"><h2 id="h-ring">${file ? t("ring.from", { name: file.name || file.reference }) : t("ring.title")}</h2></div>
      ${this.call?.booked ? html`<p>${pill("brand", t("booked.ring"), "calendar-check")}</p>` : nothing}
      ${file ? html`<p class="sml num">${file.reference} · ${documentName(file.document)} · ${t(`language.${file.language}`)}</p>` : nothing}
      ${file?.slow_speech ? html`<p>${pill("info", t("speech.slow"), "ear")}</p>` : nothing}
      <svg class="left" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="tr" width="100" height="4" rx="2"></rect>
        <rect class="on" width=${Math.min(100, (left / this.whole) * 100)} height="4" rx="2"></rect></svg>
      <p class="sml num" role="timer">${t("ring.left", { seconds: Math.ceil(left) })}</p>
      <div class="grp"><button type="button" class="btn lotus" aria-disabled=${this.busy} @click=${() => this.#answer("accept")}>${icon("phone")}<span>${t("ring.accept")}</span></button>
        <button type="button" class="btn" aria-disabled=${this.busy} @click=${() => this.#answer("decline")}>${icon("x")}<span>${t("ring.decline")}</span></button></div>
      <p class="sml mut">${t("ring.decline-means")}</p>
    </div></section>`;
  }

  /** @param {"accept" | "decline"} answer */
  #answer(answer) {
    if (!this.busy && this.call) this.tell(answer, this.call.id);
  }
}
customElements.define("ring-card", RingCard);
