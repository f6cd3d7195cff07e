/** The code sent in the call: whether it was sent, has arrived and was typed back. */

import { html, nothing } from "/static/vendor/lit.js";
import { nowMs, secondsUntil } from "../lib/clock.js";
import { t, timeOfDay } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { Ticking } from "../ui/ticking.js";

/** @typedef {import("../lib/staff.js").CallCode} CallCode */
/** @typedef {"unsent" | "live" | "void" | "expired" | "confirmed"} Standing */

/** How the code of a call stands at an instant. @param {CallCode | null} code @param {number} at In milliseconds. @returns {Standing} */
export function standing(code, at) {
  if (!code) return "unsent";
  if (code.state === "used") return "confirmed";
  if (code.tries_left <= 0) return "void";
  return at < Date.parse(code.expires_at) ? "live" : "expired";
}

export class CodePanel extends LightElement {
  static properties = { file: { attribute: false }, open: { attribute: false } };

  constructor() {
    super();
    this.ticking = new Ticking(this);
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Both are there, nothing is decided: a code can be sent. */
    this.open = false;
  }

  render() {
    if (!this.file) return nothing;
    const code = this.file.calls.at(-1)?.code ?? null;
    const stands = standing(code, nowMs());
    return html`<section class="box" aria-labelledby="h-finish" data-code=${stands}>
      <header><h2 id="h-finish">${t("finish.title")}</h2>${stands === "confirmed" ? pill("ok", t("finish.confirmed"), "check") : nothing}</header>
      ${stands === "confirmed" ? nothing : html`<p class="hint">${t("finish.hint")}</p>
        ${code ? html`<p role="status">${this.#says(code, stands)}</p>` : nothing}${this.#send(code, stands)}`}</section>`;
  }

  /** @param {CallCode} code @param {Standing} stands */
  #says(code, stands) {
    if (stands !== "live") return t(`finish.${stands}`);
    return `${t(`finish.live.${code.channel}`, { time: timeOfDay(code.sent_at), n: code.tries_left })} · ${t(`finish.delivery.${code.delivery}`)}`;
  }

  /** @param {CallCode | null} code @param {Standing} stands */
  #send(code, stands) {
    const waits = !this.open || (code ? secondsUntil(code.again_at) > 0 : false);
    return html`<div class="grp"><button type="button" class="btn sm ${stands === "unsent" ? "primary" : ""}" data-missing="code" ?disabled=${waits} @click=${() => this.tell("send-code", "sms")}>${icon("message-square")}<span>${t(code ? "finish.again" : "finish.send")}</span></button>
      ${this.file?.may.mail ? html`<button type="button" class="btn sm" ?disabled=${waits} @click=${() => this.tell("send-code", "mail")}>${icon("mail")}<span>${t("finish.by-mail")}</span></button>` : nothing}</div>`;
  }
}
customElements.define("code-panel", CodePanel);
