/** A line that stands while requests do not reach the server. */

import { html, nothing } from "/static/vendor/lit.js";
import { connection } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

export class OfflineLine extends LightElement {
  static properties = { lost: { attribute: false } };

  constructor() {
    super();
    this.lost = false;
    connection.addEventListener("lost", () => (this.lost = true));
    connection.addEventListener("back", () => (this.lost = false));
  }

  render() {
    return html`<div role="status">${this.lost ? html`<p class="offline">${icon("wifi-off")}<span>${t("offline")}</span></p>` : nothing}</div>`;
  }
}
customElements.define("offline-line", OfflineLine);
