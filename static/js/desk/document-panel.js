/** The document in the call: photographs of it tilted side by side, finger and hand on command, its features. */

import { html, live, nothing } from "/static/vendor/lit.js";
import { hasText, t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import "../ui/view-sheet.js";

/** @typedef {import("../lib/staff.js").Still} Still */
/** @typedef {import("../lib/staff.js").View} View */

/** Shown on command, and judged. @type {readonly View[]} */
const JUDGED = ["finger", "hand"];
/** @type {Record<View, string>} */
const PICTURES = { level: "id-card", left: "arrow-left", right: "arrow-right", away: "arrow-up", near: "arrow-down", finger: "fingerprint", hand: "hand" };

/** The photograph of a view that counts: the newest that was taken, else the newest asked for.
 * @param {Still[]} stills @param {View} view */
export function shownAs(stills, view) {
  const asked = stills.filter((still) => still.view === view);
  const newest = asked.at(-1);
  return newest?.state === "asked" ? newest : asked.findLast(({ state }) => state === "taken") ?? newest;
}

export class DocumentPanel extends LightElement {
  static properties = { file: { attribute: false }, open: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Both are there, nothing is decided: photographs can be asked for. */
    this.open = false;
  }

  render() {
    const { file } = this;
    const call = file?.calls.at(-1);
    if (!file || !call) return nothing;
    const taken = call.stills.filter(({ view, url }) => view !== null && url !== null);
    const ticked = file.features.filter(({ done }) => done).length;
    return html`<section class="box doc" aria-labelledby="h-doc">
      <header><h2 class="sr" id="h-doc">${t("doc.title")}</h2><button type="button" class="btn sm" data-missing="tilt" ?disabled=${!this.open} @click=${() => this.tell("ask-tilt")}>${icon("id-card")}<span>${t("doc.tilt")}</span></button>
        <view-sheet .stills=${taken}></view-sheet></header>
      <ul class="views">${call.tilt.map((view) => this.#view(call.stills, view))}${JUDGED.map((view) => this.#view(call.stills, view))}</ul>
      <header><h3 id="h-classes">${t("doc.classes")}</h3>${pill(ticked >= file.features_needed ? "ok" : "", t("doc.features", { n: ticked, of: file.features_needed }))}</header>
      <ul class="ck classes" aria-labelledby="h-classes">${file.features.map(({ item, done }, at) => html`<li><label title=${t(`${item}.what`)}>
        <input type="checkbox" name=${item} data-missing=${at ? nothing : "features"} .checked=${live(done)} ?disabled=${file.stage !== "in_call"} @change=${() => this.tell("tick", { item, done: !done })}>
        <span>${t(`check.${item}`)}</span></label></li>`)}</ul></section>`;
  }

  /** One view: its photograph if there is one, and the button that asks for it. @param {Still[]} stills @param {View} view */
  #view(stills, view) {
    const still = shownAs(stills, view);
    const state = still?.passed === true ? "done" : still?.passed === false ? "fail" : still?.state ?? "";
    const name = t(`side.${view}`);
    const said = t(hasText(`view-state.${state}`) ? `view-state.${state}` : "view-state.none");
    return html`<li class="vw ${state}" data-view=${view}><button type="button" data-missing=${view} ?disabled=${!this.open} aria-label=${t("doc.ask", { view: name, state: said })} title=${said} @click=${() => this.tell("ask-view", view)}>
        ${still?.url ? html`<img src=${still.url} alt="">` : icon(state === "asked" ? "hourglass" : PICTURES[view])}</button>
      <small>${name}</small>${still?.url && JUDGED.includes(view) ? this.#verdict(still) : nothing}</li>`;
  }

  /** @param {Still} still */
  #verdict({ id, passed }) {
    /** @param {boolean} good */
    const button = (good) => html`<button type="button" class="ib tiny ${good ? "okc" : "badc"}" aria-pressed=${passed === good} aria-label=${t(good ? "doc.passed" : "doc.failed")} ?disabled=${!this.open}
      @click=${() => this.tell("judge-still", { still: id, passed: good })}>${icon(good ? "check" : "x")}</button>`;
    return html`<span class="grp">${button(true)}${button(false)}</span>`;
  }
}
customElements.define("document-panel", DocumentPanel);
