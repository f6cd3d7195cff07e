/** Under the player: of whom a part was not kept, and what is not finished but can be watched so far. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { arePartly, isUnfinished } from "./playback.js";

/** @typedef {import("../lib/staff.js").Call} Call */

export class RecordingMore extends LightElement {
  static properties = { call: { attribute: false }, soFar: { attribute: false } };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
    /** What became of the wish to see what there is so far. */
    this.soFar = /** @type {"unasked" | "asking" | "shown" | "nothing"} */ ("unasked");
  }

  render() {
    const { call } = this;
    if (!call) return nothing;
    return html`${["customer", "agent"].map((party) => this.#partly(party, call))}${this.#unfinished(call)}`;
  }

  /** @param {string} party @param {Call} call */
  #partly(party, call) {
    if (!arePartly(call.recordings.filter((recording) => recording.party === party))) return nothing;
    return html`<p class="alert">${icon("triangle-alert")}<span>${t(`player.partly-${party}`)}</span></p>`;
  }

  /** @param {Call} call */
  #unfinished({ recordings }) {
    if (!recordings.some(isUnfinished)) return nothing;
    const [key, picture] = this.soFar === "shown" ? ["so-far-again", "refresh-cw"] : ["so-far", "play"];
    return html`<div class="more"><button type="button" class="btn" ?disabled=${this.soFar === "asking"} @click=${() => this.tell("so-far")}>${icon(picture)}<span>${t(`player.${key}`)}</span></button>
      <p role="status">${this.soFar === "nothing" ? t("player.so-far-none") : nothing}</p></div>`;
  }
}
customElements.define("recording-more", RecordingMore);
