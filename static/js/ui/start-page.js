/** Welcome: what to expect, what to prepare, and the consents, each ticked by the customer. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, rich, t } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help, hotline, icon, row, steps, toPreparation } from "./pieces.js";

const STRETCHES = ["photograph", "details", "call"];

export class StartPage extends PageElement {
  static properties = { ...PageElement.properties, ticked: { state: true }, missed: { state: true } };

  constructor() {
    super();
    /** @type {ReadonlySet<string>} */
    this.ticked = new Set();
    /** Whether the customer was already led to what is missing: only then is it marked. */
    this.missed = false;
  }

  /** @param {import("../lib/customer.js").CustomerView} view */
  content(view) {
    const { kinds, optional } = view.consents;
    return html`<main class="page">
      <section class="intro">
        ${steps("consent")}
        <h1>${t("start.title")}</h1>
        <p class="lede">${t("start.lede")}</p>
        <section class="time" aria-labelledby="h-time"><h2 class="sr" id="h-time">${t("start.time")}</h2>
          <ol class="trio">${STRETCHES.map((name) => html`<li><b class="num">${t(`start.time.${name}.minutes`)}</b><span>${t("start.minutes")}</span><small>${t(`start.time.${name}`)}</small></li>`)}</ol>
        </section>
        <div class="aside"><h2 class="sr">${t("start.prepare")}</h2>${this.prepare()}</div>
      </section>
      <form class="panel" @submit=${this.submit}>
        <section class="card phone-only" aria-labelledby="h-prepare"><h2 id="h-prepare">${t("start.prepare")}</h2>${this.prepare()}</section>
        <section class="card" aria-labelledby="consents">
          <h2 id="consents" tabindex="-1">${t("start.consents")}</h2>
          <p class="muted">${rich("start.consents.lede", { hotline: hotline(this.config) })}</p>
          <ul>${kinds.map((kind) => this.consent(kind))}</ul>
        </section>
        ${optional.length ? html`<section class="card" aria-labelledby="h-optional"><h2 id="h-optional">${t("start.optional")}</h2>
          <p class="muted">${t("start.optional.lede")}</p><ul>${optional.map((kind) => this.consent(kind, false))}</ul></section>` : nothing}
        <p class="center muted">${rich("start.disagree", { hotline: hotline(this.config) })}</p>
        ${help(this.config)}
        ${this.dock(kinds)}
      </form></main>`;
  }

  prepare() {
    return html`<ul class="rows">
      ${row("id-card", t("start.prepare.card"), t("start.prepare.card.text"))}
      ${row("smartphone", t("start.prepare.phone"), t("start.prepare.phone.text"))}
      ${row("sun", t("start.prepare.place"), t("start.prepare.place.text"))}</ul>${toPreparation()}`;
  }

  /** @param {string} kind @param {boolean} [needed] */
  consent(kind, needed = true) {
    const title = t(`consent.${kind}`);
    const missing = needed && this.missed && !this.ticked.has(kind);
    return html`<li class="consent">
      <input class="box" type="checkbox" id=${kind} name=${kind} .checked=${this.ticked.has(kind)}
        aria-describedby=${missing ? `${kind}-missing` : nothing} @change=${this.tick}>
      <label for=${kind}><b>${title}</b><span>${t(`consent.${kind}.say`)}</span></label>
      ${missing ? html`<p class="err" id="${kind}-missing">${icon("triangle-alert")}<span>${t("start.missing")}</span></p>` : nothing}
      <details><summary><span>${t("more")}</span><span class="sr">: ${title}</span>${icon("chevron-down")}</summary><p>${t(`consent.${kind}.more`)}</p></details>
    </li>`;
  }

  /** @param {string[]} kinds */
  dock(kinds) {
    const left = kinds.filter((kind) => !this.ticked.has(kind)).length;
    const said = left === 0 ? t("start.all", { n: kinds.length }) : this.missed ? plural("start.left", left) : t("start.some", { n: kinds.length - left, of: kinds.length });
    const next = left === 0 ? "start.agree" : left < kinds.length ? "start.next" : "start.see";
    const arrow = left === 0 ? "arrow-right" : this.missed ? "arrow-up" : "arrow-down";
    return html`<div class="dock">${this.troubleLine()}<p role="status">${said}</p>
      <button class="btn primary lg" ?disabled=${this.busy}><span>${t(next)}</span>${icon(this.busy ? "loader-circle" : arrow, this.busy ? "spin" : "")}</button></div>`;
  }

  /** @param {Event} event */
  tick(event) {
    const { name, checked } = /** @type {HTMLInputElement} */ (event.target);
    const ticked = new Set(this.ticked);
    if (checked) ticked.add(name);
    else ticked.delete(name);
    this.ticked = ticked;
  }

  /** The button leads to what is missing; with nothing missing it agrees. @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const { kinds = [], optional = [] } = this.view?.consents ?? {};
    const missing = kinds.find((kind) => !this.ticked.has(kind));
    if (missing === undefined) return this.tell("agree", [...kinds, ...optional.filter((kind) => this.ticked.has(kind))]);
    const first = !kinds.some((kind) => this.ticked.has(kind)) && !this.missed;
    this.missed = !first;
    await this.updateComplete;
    const target = this.querySelector(first ? "#consents" : `#${missing}`);
    target?.scrollIntoView({ block: first ? "start" : "center", behavior: "smooth" });
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }
}
customElements.define("start-page", StartPage);
