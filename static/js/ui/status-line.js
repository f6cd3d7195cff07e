/** A line that stands while requests do not reach the server, or while the page is older than the server. */

import { html, nothing } from "/static/vendor/lit.js";
import { connection } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

export class StatusLine extends LightElement {
  static properties = { lost: { attribute: false }, outdated: { attribute: false } };

  constructor() {
    super();
    this.lost = false;
    this.outdated = false;
    connection.addEventListener("lost", () => (this.lost = true));
    connection.addEventListener("back", () => (this.lost = false));
    connection.addEventListener("outdated", () => (this.outdated = true));
  }

  render() {
    return html`<div role="status">${this.lost ? html`<p class="offline">${icon("wifi-off")}<span>${t("offline")}</span></p>` : nothing}${this.outdated
      ? html`<p class="outdated">${icon("rotate-ccw")}<span>${t("outdated")}</span>
          <button class="btn" @click=${() => location.reload()}>${t("outdated.reload")}</button></p>` : nothing}</div>`;
  }
}
customElements.define("status-line", StatusLine);
