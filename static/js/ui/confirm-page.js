/** What was read from the card: the doubtful first, every detail editable; or all of it typed by hand. */

import { html, nothing, repeat } from "/static/vendor/lit.js";
import { conflictOf, mustLook, shown, sourcesOf } from "../lib/fields.js";
import { plural, t } from "../lib/i18n.js";
import { crop, framedSide } from "./card-crop.js";
import "./field-input.js";
import { PageElement } from "./page-element.js";
import { help, icon, notice, pill, steps } from "./pieces.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Field} Field */
/** @typedef {import("../lib/customer.js").Source} Source */

/** Conflict answered with neither reading: the customer types. */
const OTHER = "";
/** What other documents need not carry. */
const OPTIONAL = ["origin"];

/** @param {Source} source */
const chip = (source) => html`<span class="src ${source}">${t(`source.${source}`)}</span>`;

export class ConfirmPage extends PageElement {
  static properties = {
    ...PageElement.properties,
    draft: { attribute: false },
    settled: { attribute: false },
    open: { attribute: false },
    errors: { attribute: false },
    chosen: { state: true },
  };

  constructor() {
    super();
    this.back = "/c/document?again";
    /** What stands in the fields. @type {Record<string, string>} */
    this.draft = {};
    /** Doubtful fields the customer has answered. @type {ReadonlySet<string>} */
    this.settled = new Set();
    /** Clear fields being edited. @type {ReadonlySet<string>} */
    this.open = new Set();
    /** @type {Record<string, import("../lib/i18n.js").Text>} */
    this.errors = {};
    /** Conflicts answered with one reading, or with "another" (empty). @type {Record<string, string>} */
    this.chosen = {};
  }

  /** @param {CustomerView} view */
  content(view) {
    const typed = view.document?.kind === "other";
    const doubtful = typed ? [] : view.fields.filter((field) => mustLook(view, field, this.settled));
    const clear = view.fields.filter((field) => !doubtful.includes(field));
    const names = doubtful.map(({ name }) => name);
    return html`<main class="page">
      <section class="intro">
        ${steps("details")}
        <h1>${t(typed ? "confirm.title.typed" : "confirm.title")}</h1>
        <p class="lede">${typed ? t("confirm.lede.typed") : doubtful.length ? plural("confirm.lede.look", doubtful.length, { read: view.fields.length }) : t("confirm.lede.clear", { read: view.fields.length })}</p>
        ${view.help.asked === "call" || view.help.asked === "book" ? notice("brand", "headset", t(`confirm.assist.${view.help.asked}`)) : nothing}
        ${typed ? nothing : html`<div class="aside stack">${framedSide(view, "front", names)}${framedSide(view, "back", names)}
          ${names.length ? html`<p class="small">${t("confirm.frames")}</p>` : nothing}</div>`}
      </section>
      <form class="panel" novalidate @submit=${this.submit}>
        ${doubtful.length ? html`<section class="stack" aria-labelledby="h-look"><div class="hd"><h2 id="h-look" tabindex="-1">${t("confirm.look")}</h2>${pill("warn", plural("confirm.count", doubtful.length))}</div>
          ${repeat(doubtful, ({ name }) => name, (field) => (conflictOf(view, field.name) ? this.conflict(view, field) : this.doubt(view, field)))}</section>` : nothing}
        ${typed ? this.byHand(clear) : this.clear(view, clear)}
        ${typed ? nothing : html`<p><a class="link" href="/c/capture?again">${icon("camera")}<span>${t("confirm.retake")}</span></a></p><details><summary><span>${t("confirm.sources")}</span>${icon("chevron-down")}</summary><p>${t("confirm.sources.text")}</p></details>`}
        ${help(this.config)}
        ${this.dock(names)}
      </form></main>`;
  }

  /** @param {Field} field */
  value(field) {
    return this.draft[field.name] ?? field.value;
  }

  /** A reading we are not sure of. @param {CustomerView} view @param {Field} field */
  doubt(view, field) {
    const { name } = field;
    const changed = this.value(field) !== field.value;
    return html`<div class="card doubt">
      <div class="hd"><label class="lab" for="f-${name}">${t(`field.${name}`)}</label><span class="lab">${sourcesOf(field).map(chip)}${pill("warn", t(field.value ? "confirm.unclear" : "confirm.unread"))}</span></div>
      ${crop(view, name)}
      <field-input .name=${name} .value=${this.value(field)} .error=${this.errors[name] ?? ""} .hint=${t(field.value ? "confirm.compare" : "confirm.fill")} .warn=${true}></field-input>
      <button class="btn soft" type="button" @click=${() => this.tell("settle", { name, value: this.value(field) })}>${icon("check")}<span>${t(changed ? "confirm.save" : "confirm.right")}</span></button></div>`;
  }

  /** Two readings that disagree. @param {CustomerView} view @param {Field} field */
  conflict(view, field) {
    const { name } = field;
    const readings = Object.entries(conflictOf(view, name)?.sources ?? {});
    const values = [...new Set(readings.map(([, value]) => value))];
    const chosen = this.chosen[name];
    return html`<fieldset class="card doubt"><legend class="sr">${t("confirm.choose", { name: t(`field.${name}`) })}</legend>
      <div class="hd" aria-hidden="true"><span class="lab">${t(`field.${name}`)}</span>${pill("warn", t("confirm.differ"))}</div>
      ${crop(view, name)}
      <p class="muted">${t("confirm.differ.text")}</p>
      ${values.map((value, at) => html`<label class="radio"><input type="radio" id=${at ? nothing : `c-${name}`} name="c-${name}" .checked=${chosen === value} @change=${() => this.choose(name, value)}>
        <span class="num">${shown(name, value, t)}</span><span class="chips">${readings.filter((reading) => reading[1] === value).map(([source]) => chip(/** @type {Source} */ (source)))}</span></label>`)}
      <label class="radio"><input type="radio" name="c-${name}" .checked=${chosen === OTHER} @change=${() => this.choose(name, OTHER)}><span>${t("confirm.another")}</span></label>
      ${chosen === OTHER ? html`<div class="field"><label for="f-${name}">${t(`field.${name}`)}</label><field-input .name=${name} .value=${this.draft[name] ?? ""} .error=${this.errors[name] ?? ""}></field-input>
        <button class="btn soft" type="button" @click=${() => this.tell("settle", { name, value: this.draft[name] ?? "" })}>${icon("check")}<span>${t("confirm.save")}</span></button></div>` : nothing}
    </fieldset>`;
  }

  /** @param {string} name @param {string} value */
  choose(name, value) {
    this.chosen = { ...this.chosen, [name]: value };
    if (value !== OTHER) this.tell("settle", { name, value });
  }

  /** @param {CustomerView} view @param {Field[]} fields */
  clear(view, fields) {
    if (!fields.length) return nothing;
    return html`<section class="card" aria-labelledby="h-clear"><div class="hd"><h2 id="h-clear" tabindex="-1">${t("confirm.clear")}</h2>${pill("ok", plural("confirm.count", fields.length), "check")}</div>
      <dl>${repeat(fields, ({ name }) => name, (field) => (this.open.has(field.name) ? this.editing(view, field) : this.line(field)))}</dl></section>`;
  }

  /** @param {Field} field */
  line(field) {
    const { name } = field;
    const label = t(`field.${name}`);
    return html`<div class="f"><dt>${label}</dt><dd class="lab"><span class="sr">${t("confirm.source")}</span>${sourcesOf(field).map(chip)}</dd>
      <dd class="num">${shown(name, this.value(field), t) || "–"}</dd>
      <dd class="edit"><button class="ib" type="button" id="edit-${name}" aria-label=${t("confirm.edit", { name: label })} @click=${() => this.tell("edit", name)}>${icon("pencil")}</button></dd></div>`;
  }

  /** @param {CustomerView} view @param {Field} field */
  editing(view, field) {
    const { name } = field;
    return html`<div class="f open"><dt class="lab"><label for="f-${name}">${t(`field.${name}`)}</label>${chip("typed")}</dt>
      <dd>${crop(view, name)}</dd>
      <dd><field-input .name=${name} .value=${this.value(field)} .error=${this.errors[name] ?? ""} .hint=${t("confirm.edit.hint")}></field-input></dd>
      <dd class="two"><button class="btn" type="button" @click=${() => this.tell("cancel", name)}>${t("cancel")}</button>
        <button class="btn soft" type="button" @click=${() => this.tell("settle", { name, value: this.value(field) })}>${t("save")}</button></dd></div>`;
  }

  /** Another document: every detail typed. @param {Field[]} fields */
  byHand(fields) {
    return html`<section class="card stack" aria-label=${t("confirm.title.typed")}>
      ${repeat(fields, ({ name }) => name, (field) => html`<div class="field"><label for="f-${field.name}">${t(field.name === "number" ? "field.number.other" : `field.${field.name}`)}${OPTIONAL.includes(field.name) ? html` <span class="small">${t("optional")}</span>` : nothing}</label>
        <field-input .name=${field.name} .value=${this.value(field)} .error=${this.errors[field.name] ?? ""}></field-input></div>`)}</section>`;
  }

  /** @param {string[]} names Fields still to look at. */
  dock(names) {
    const said = names.length
      ? html`<a class="todo" href="#f-${names[0]}" @click=${(/** @type {Event} */ event) => this.lead(event, names[0])}>${icon("triangle-alert", "warn-i")}<span>${plural("confirm.todo", names.length)}</span>${icon("arrow-up")}</a>`
      : html`<span>${t("confirm.ready")}</span>`;
    const ready = !names.length && !this.busy;
    return html`<div class="dock">${this.troubleLine()}<p role="status">${said}</p>
      <button class="btn primary lg" aria-disabled=${ready ? "false" : "true"}><span>${t("confirm.confirm")}</span>${ready ? icon("arrow-right") : nothing}</button></div>`;
  }

  /** @param {Event | null} event @param {string} name */
  lead(event, name) {
    event?.preventDefault();
    const field = this.querySelector(`#f-${name}, #c-${name}`);
    field?.scrollIntoView({ block: "center", behavior: "smooth" });
    if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    const { view } = this;
    if (!view || this.busy) return;
    const first = view.document?.kind !== "other" && view.fields.find((field) => mustLook(view, field, this.settled));
    if (first) this.lead(null, first.name);
    else this.tell("confirm", Object.fromEntries(view.fields.map((field) => [field.name, this.value(field)])));
  }
}
customElements.define("confirm-page", ConfirmPage);
