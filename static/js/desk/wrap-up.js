/** After a call: a breath, the verdict and the entry if they are still missing, then the next customer. */

import { html, nothing } from "/static/vendor/lit.js";
import { secondsUntil } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { VERDICTS } from "../ui/decision-bar.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

export class WrapUp extends LightElement {
  static properties = { desk: { attribute: false }, file: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Desk | null} */
    this.desk = null;
    /** The customer file of the call just ended. @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    this.busy = false;
    this.ticking = new Ticking(this);
  }

  render() {
    const left = this.desk?.wrap_up_until ? secondsUntil(this.desk.wrap_up_until) : 0;
    const undecided = this.file?.stage === "in_call" && this.file.may.decide; // nobody met: nothing to decide
    const owed = this.desk?.owed !== null;
    const closed = undecided || owed;
    const why = undecided ? t("wrap.decide-first") : owed ? t("wrap.enter-first") : left ? t("wrap.left", { seconds: left }) : t("wrap.go-on");
    return html`<section class="panel rdy wrapping" aria-labelledby="h-wrap"><div class="empty">
      <span class="pulse" aria-hidden="true">${icon("notebook-pen")}</span>
      <h2 id="h-wrap">${t("wrap.title")}</h2>
      ${this.file ? this.#outcome(this.file) : nothing}
      <p class="sml num" id="wrap-why" role=${left && !closed ? "timer" : "status"}>${why}</p>
      <div class="grp"><button type="button" class="btn primary" aria-describedby="wrap-why" aria-disabled=${this.busy || closed || left > 0}
        @click=${() => !this.busy && !closed && !left && this.tell("done")}>${icon("circle-check")}<span>${t("wrap.done")}</span></button></div>
    </div></section>`;
  }

  /** @param {import("../lib/staff.js").CustomerFile} file */
  #outcome({ id, name, reference, decision, may }) {
    const verdict = may.decide ? null : decision?.verdict;
    return html`<p class="sml"><a href="/staff/files/${id}">${name || reference}</a>
      ${verdict ? pill(VERDICTS[verdict].kind, t(`verdict.${verdict}`), VERDICTS[verdict].picture) : nothing}</p>`;
  }
}
customElements.define("wrap-up", WrapUp);
