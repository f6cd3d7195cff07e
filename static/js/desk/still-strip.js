/** Beside the video: the photographs the customer took in this call, and how the newest wish stands. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { asPhotographs } from "./scene.js";
import "../ui/document-photos.js";

const PICTURES = { asked: "hourglass", taken: "check", declined: "circle-x", lapsed: "info" };

export class StillStrip extends LightElement {
  static properties = { stills: { attribute: false } };

  constructor() {
    super();
    /** Of this call, in the order they were asked for. @type {import("../lib/staff.js").Still[]} */
    this.stills = [];
  }

  render() {
    const newest = this.stills.at(-1);
    if (!newest) return nothing;
    const taken = asPhotographs(this.stills).toReversed().slice(0, 3);
    return html`<div class="stills" data-state=${newest.state}>
      <p role="status">${icon(PICTURES[newest.state])}<span>${t(`stills.state.${newest.state}`, { of: t(`side.${newest.view ?? newest.of}`) })}</span></p>
      ${taken.length ? html`<document-photos .photographs=${taken}></document-photos>` : nothing}</div>`;
  }
}
customElements.define("still-strip", StillStrip);
