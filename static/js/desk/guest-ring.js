/** A colleague asks: into whose call, what for, and the seconds left to answer. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

export class GuestRing extends LightElement {
  static properties = { guest: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Invitation | null} */
    this.guest = null;
    this.busy = false;
    this.endsAt = 0;
    this.ticking = new Ticking(this, 250);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("guest") && this.guest) this.endsAt = nowMs() + (this.guest.ring_seconds_left ?? 0) * 1000;
  }

  render() {
    if (!this.guest) return nothing;
    const { agent, customer, reference, application, kind, mode, note } = this.guest;
    const left = Math.max(0, Math.ceil((this.endsAt - nowMs()) / 1000));
    const wish = kind === "interpreter" ? "interpreter" : mode;
    return html`<section class="panel rdy ringing" aria-labelledby="h-guest"><div class="empty">
      <span class="bell" aria-hidden="true">${icon("users")}</span>
      <div role="alert"><h2 id="h-guest">${t(`guest-ring.${wish}`, { agent })}</h2></div>
      <p class="sml num"><a href="/staff/files/${application}" target="_blank" rel="noopener">${customer || reference} · ${reference}<span class="sr">${t("queue.new-tab")}</span></a></p>
      ${note ? html`<p class="alert info">${icon("message-square")}<span>${note}</span></p>` : nothing}
      <p class="sml num" role="timer">${t("ring.left", { seconds: left })}</p>
      <div class="grp"><button type="button" class="btn lotus" aria-disabled=${this.busy} @click=${() => this.#answer("guest-accept")}>${icon("phone")}<span>${t("ring.accept")}</span></button>
        <button type="button" class="btn" aria-disabled=${this.busy} @click=${() => this.#answer("guest-decline")}>${icon("x")}<span>${t("guest-ring.decline")}</span></button></div>
    </div></section>`;
  }

  /** @param {"guest-accept" | "guest-decline"} answer */
  #answer(answer) {
    if (!this.busy && this.guest) this.tell(answer, this.guest.id);
  }
}
customElements.define("guest-ring", GuestRing);
