/** How the customer's media arrive; that the call is being recorded, for how long, and whether the customer heard so. */

import { html, nothing } from "/static/vendor/lit.js";
import { grade } from "../call/quality.js";
import { nowMs } from "../lib/clock.js";
import { t } from "../lib/i18n.js";
import { length } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

const KINDS = { good: "ok", fair: "warn", poor: "bad" };

export class CallSigns extends LightElement {
  static properties = { desk: { attribute: false }, notice: { attribute: false }, call: { attribute: false }, version: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Desk | null} */
    this.desk = null;
    /** How the customer was told of the recording. @type {import("../lib/staff.js").Call["notice"]} */
    this.notice = null;
    /** @type {import("./agent-call.js").AgentCall | null} */
    this.call = null;
    this.version = 0;
    this.ticking = new Ticking(this);
  }

  render() {
    return html`<div class="st">${this.call?.stand === "live" && this.call.quality ? this.#quality(this.call.quality) : nothing}${this.#recording()}</div>`;
  }

  /** @param {import("./agent-call.js").Quality} quality */
  #quality(quality) {
    const found = grade(quality, this.call?.customerIs.dark);
    const rtt = quality.rtt_ms === null ? "" : ` · ${Math.round(quality.rtt_ms)} ms`;
    return html`<span class="pill ${KINDS[found]}">${icon("signal")}<span class="num"><span class="sr">${t("quality.title")}</span> ${t(`quality.${found}`)}${rtt}</span></span>`;
  }

  #recording() {
    const since = this.desk?.call?.live_since;
    if (!since || !this.call?.recording) return html`<span class="pill">${icon("circle-dot")}<span>${t("recording.off")}</span></span>`;
    return html`<span class="pill bad rec-on"><i class="dot" aria-hidden="true"></i><span>${t("recording.on")}${this.notice && !this.notice.spoken ? html` · <b role="status">${t("notice.say-it")}</b>` : nothing}</span>
      <span class="num">${length((nowMs() - Date.parse(since)) / 1000)}</span></span>`;
  }
}
customElements.define("call-signs", CallSigns);
