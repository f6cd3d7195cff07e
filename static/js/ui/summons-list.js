/** What needs the supervisor who is signed in, with its reason; nothing where nothing does. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { dayAndClock } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon, pill } from "./pieces.js";

/** @typedef {import("../lib/staff.js").Summons} Summons */

export class SummonsList extends LightElement {
  static properties = { summons: { attribute: false } };

  constructor() {
    super();
    /** @type {Summons[]} */
    this.summons = [];
  }

  render() {
    if (!this.summons.length) return html`<div role="status"></div>`;
    return html`<section class="summons" aria-labelledby="h-summons"><h2 id="h-summons">${t("summons.title")} <span class="count num">${this.summons.length}</span></h2>
      <ul role="status">${this.summons.map((one) => this.#line(one))}</ul></section>`;
  }

  /** @param {Summons} one */
  #line({ application, reference, name, agent, why, at }) {
    return html`<li class="alert ${why === "sign" ? "bad" : "warn"}">${icon("shield-alert")}<a href="/staff/files/${application}" target="_blank" rel="noopener">
      <b>${name || reference}</b><span>${t(`summons.${why}`)}</span><span class="num">${agent} · ${dayAndClock(at)}</span>
      <span class="sr">${t("queue.new-tab")}</span></a></li>`;
  }
}
customElements.define("summons-list", SummonsList);

/** Why a file needs the supervisor who reads the list. @param {Summons["why"][]} reasons */
export const summonsMarks = (reasons) =>
  reasons.length ? html`<span class="s marks">${reasons.map((why) => pill(why === "sign" ? "bad" : "warn", t(`summons.mark-${why}`), "shield-alert"))}</span>` : nothing;
