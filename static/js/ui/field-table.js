/** Fields × sources: who read what, who disagrees, what was edited. */

import { html, nothing } from "/static/vendor/lit.js";
import { hasText, t } from "../lib/i18n.js";
import { columns, conflictOf, mark } from "./comparison.js";
import { dayAndClock, fieldValue } from "./format.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";

/** @typedef {import("../lib/staff.js").Field} Field */
/** @typedef {import("../lib/staff.js").Conflict} Conflict */
/** @typedef {import("../lib/staff.js").Source} Source */
/** @typedef {import("../lib/staff.js").Edit} Edit */

const PICTURES = { ok: "check", bad: "x", edit: "pencil" };

/** Long names of fields take too much of a narrow table. @param {string} name */
export const fieldName = (name) => (hasText(`short.${name}`) ? t(`short.${name}`) : t(`field.${name}`));

/** @param {import("../lib/staff.js").Actor} actor */
export const actorName = (actor) => actor.name || t(`actor.${actor.kind}`);

export class FieldTable extends LightElement {
  static properties = { fields: { attribute: false }, confirmed: { attribute: false }, conflicts: { attribute: false }, edits: { attribute: false } };

  constructor() {
    super();
    /** @type {Field[]} */
    this.fields = [];
    /** @type {Conflict[]} */
    this.conflicts = [];
    /** The customer has confirmed the form. */
    this.confirmed = false;
    /** Show each field's edits under it. */
    this.edits = false;
  }

  render() {
    if (!this.fields.length) return html`<p class="alert calm">${icon("info")}<span>${t("fields.none")}</span></p>`;
    return html`<table class="cmp"><caption class="sr">${t("fields.caption")}</caption>
        <thead><tr><th scope="col">${t("fields.field")}</th><th scope="col">${t("fields.value")}</th>
          ${columns(this.fields).map((source) => html`<th scope="col"><abbr title=${t(`source-long.${source}`)}>${t(`source-short.${source}`)}</abbr></th>`)}</tr></thead>
        <tbody>${this.fields.map((field) => this.#row(field))}</tbody></table>
      ${this.conflicts.map((conflict) => this.#warning(conflict))}`;
  }

  /** @param {Field} field */
  #row(field) {
    const conflict = conflictOf(this.conflicts, field.name);
    const edits = this.edits ? field.edits : [];
    return html`<tr class=${conflict ? "flag" : ""}><th scope="row">${fieldName(field.name)}</th>
        <td class="v num ${field.doubtful ? "doubt" : ""}">${fieldValue(field.name, field.value)}
          ${field.doubtful && !conflict ? html`<span class="dbt" title=${t("fields.doubtful")}>${icon("circle-help")}<span class="sr">${t("fields.doubtful")}</span></span>` : nothing}</td>
        ${columns(this.fields).map((source) => this.#mark(mark(field, source, conflict, this.confirmed)))}</tr>
      ${edits.map((edit) => this.#edit(field.name, edit))}`;
  }

  /** @param {import("./comparison.js").Mark} found */
  #mark(found) {
    const picture = found === "na" ? html`<span aria-hidden="true">–</span>` : icon(PICTURES[found]);
    return html`<td class="mk ${found}">${picture}<span class="sr">${t(`mark.${found}`)}</span></td>`;
  }

  /** @param {string} name @param {Edit} edit */
  #edit(name, { before, source, actor, at }) {
    const from = before && source && hasText(`edited-from.${source}`) ? `${t(`edited-from.${source}`)} · ` : "";
    const said = from + t("fields.edited", { who: actorName(actor), when: dayAndClock(at) });
    return html`<tr class="cont"><td></td><td colspan=${columns(this.fields).length + 1}>${before ? html`<s>${fieldValue(name, before)}</s> · ` : nothing}${said}</td></tr>`;
  }

  /** @param {Conflict} conflict */
  #warning({ field, sources, signal }) {
    const parts = /** @type {[Source, string][]} */ (Object.entries(sources)).map(([source, value]) =>
      t(`says.${source}`, { value: fieldValue(field, value) }));
    const said = t("conflict.line", { field: t(`field.${field}`), parts: parts.join(t("conflict.and")) });
    return html`<p class="alert">${icon("triangle-alert")}<span>${said}${signal ? html` <b>${t("conflict.signal")}</b>` : nothing}</span></p>`;
  }
}
customElements.define("field-table", FieldTable);
