/** Who is in the call beside customer and agent, or asked into it, and what the agent may do about it. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";

/** @typedef {import("../lib/staff.js").CallGuest} CallGuest */

export class GuestBar extends LightElement {
  static properties = { guests: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {CallGuest[]} */
    this.guests = [];
    this.busy = false;
  }

  render() {
    return html`<div class="guests" role="status">${this.guests.map((guest) => this.#line(guest))}</div>`;
  }

  /** @param {CallGuest} guest */
  #line(guest) {
    const { kind, mode, state, name, note } = guest;
    const held = state === "in" && mode === "consult";
    return html`<p class="alert ${held ? "warn" : "info"}">${icon(state === "asked" ? "phone-call" : held ? "pause" : "users")}
      <span class="txt"><b>${name || t(`guest.${kind}`)}</b> ${t(`guests.${state}-${mode}`)}${note && state === "asked" ? html` <span class="sml">${note}</span>` : nothing}</span>
      <span class="acts">${held ? this.#act("let-in", "user-plus", guest) : nothing}${state === "in" && kind === "colleague" ? this.#act("give-away", "repeat", guest) : nothing}
        ${this.#act(state === "asked" ? "cancel" : "send-out", "x", guest)}</span></p>`;
  }

  /** @param {"let-in" | "give-away" | "cancel" | "send-out"} act @param {string} picture @param {CallGuest} guest */
  #act(act, picture, { id }) {
    return html`<button type="button" class="btn sm" aria-disabled=${this.busy} @click=${() => !this.busy && this.tell(act === "cancel" ? "send-out" : act, id)}>${icon(picture)}<span>${t(`guests.do-${act}`)}</span></button>`;
  }
}
customElements.define("guest-bar", GuestBar);
