/** What the agent sees for himself: five items, ticked one by one. */

import { html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { pill } from "../ui/pieces.js";

export class CheckList extends LightElement {
  static properties = { items: { attribute: false }, closed: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Check[]} */
    this.items = [];
    /** Decided: nothing is ticked any more. */
    this.closed = false;
  }

  render() {
    const done = this.items.filter((check) => check.done).length;
    return html`<section class="box" aria-labelledby="h-ck">
      <header><h2 id="h-ck">${t("checks.title")}</h2>${pill(done === this.items.length ? "ok" : "", `${done}/${this.items.length}`)}</header>
      ${this.items.length ? html`<ul class="ck">${this.items.map(({ item, done: ticked }) => html`<li><label>
        <input type="checkbox" data-missing="check-${item}" .checked=${live(ticked)} ?disabled=${this.closed} @change=${() => this.tell("tick", { item, done: !ticked })}>
        <span>${t(`check.${item}`)}</span></label></li>`)}</ul>` : nothing}</section>`;
  }
}
customElements.define("check-list", CheckList);
