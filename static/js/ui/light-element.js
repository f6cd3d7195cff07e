/** A custom element in the page's own tree: one stylesheet, labels that reach their fields, no shadow. */

import { LitElement } from "/static/vendor/lit.js";
import { languages } from "../lib/i18n.js";

export class LightElement extends LitElement {
  #again = () => this.requestUpdate();

  /** Without a shadow root lit writes no style element, which the Content-Security-Policy refuses. */
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    languages.addEventListener("changed", this.#again);
  }

  disconnectedCallback() {
    languages.removeEventListener("changed", this.#again);
    super.disconnectedCallback();
  }

  /** Tell the page; it bubbles, so a wiring may listen at the page's element.
   * @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
