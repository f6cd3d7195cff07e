/** The OpenAPI document and the events' schemas, for people: every address, answer and refusal. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { pill } from "./pieces.js";

/** @typedef {Record<string, any>} Schema */
/** @typedef {{path: string, method: string, about: Record<string, any>}} Operation */

const COLOURS = /** @type {const} */ ({ get: "info", post: "lotus", put: "warn", delete: "bad" });
const DEEPEST = 4;

/** Operations by the first word after the version, in the document's order. @param {Schema} described */
export function groups(described) {
  /** @type {Map<string, Operation[]>} */
  const found = new Map();
  for (const [path, methods] of Object.entries(described.paths))
    for (const [method, about] of Object.entries(/** @type {Schema} */ (methods))) {
      const group = path.split("/")[3] ?? path;
      found.set(group, [...(found.get(group) ?? []), { path, method, about }]);
    }
  return [...found];
}

/** What a schema says of itself, in one line. @param {Schema} schema @returns {string} */
export function kind(schema) {
  if (schema.anyOf) return schema.anyOf.map(kind).join(" | ");
  if (schema.enum) return schema.enum.join(" | ");
  if ("const" in schema) return String(schema.const);
  if (schema.$ref) return String(schema.$ref).split("/").at(-1) ?? "";
  if (schema.type === "array") return `${kind(schema.items ?? {})}[]`;
  const bounds = [schema.format, schema.pattern, range(schema.minimum, schema.maximum, ""), range(schema.minLength, schema.maxLength, "#")];
  return [schema.type ?? "object", ...bounds.filter(Boolean)].join(" · ");
}

/** @param {number | undefined} least @param {number | undefined} most @param {string} unit */
const range = (least, most, unit) => (least === undefined && most === undefined ? "" : `${unit}${least ?? ""}…${most ?? ""}`);

export class ApiPage extends LightElement {
  static properties = { described: {}, events: {} };

  constructor() {
    super();
    /** @type {Schema} */
    this.described = { paths: {} };
    /** @type {Record<string, {about: string, told: boolean, body: Schema}>} */
    this.events = {};
  }

  render() {
    return html`<main class="api"><h1>${t("api.title")}</h1>
      <p>${t("api.text")}</p>
      <p><a href="/api/v1/openapi.json">/api/v1/openapi.json</a> · <a href="/api/v1/events/schemas">/api/v1/events/schemas</a></p>
      ${groups(this.described).map(([group, operations]) => html`<section class="group" aria-labelledby="g-${group}">
        <h2 id="g-${group}">${group}</h2>${operations.map((one) => this.operation(one))}</section>`)}
      <section class="group" aria-labelledby="g-webhooks"><h2 id="g-webhooks">${t("api.webhooks")}</h2><p>${t("api.webhooks.text")}</p>
        ${Object.entries(this.events).map(([name, { about, told, body }]) => html`<details><summary><code>${name}</code>
          ${told ? pill("ok", t("api.told")) : nothing}<span class="said" lang="en">${about}</span></summary>
          <div class="inside">${this.parts(body)}</div></details>`)}</section></main>`;
  }

  /** @param {Operation} operation */
  operation({ path, method, about }) {
    const colour = COLOURS[/** @type {keyof typeof COLOURS} */ (method)] ?? "";
    return html`<details><summary><span class="pill method ${colour}">${method.toUpperCase()}</span><code>${path}</code>
        <span class="said" lang="en">${about.summary}</span></summary>
      <div class="inside">
        ${about.description ? html`<p lang="en">${about.description}</p>` : nothing}
        ${about["x-scope"] ? html`<p>${t("api.scope")} <code>${about["x-scope"]}</code></p>` : nothing}
        ${this.parameters(about.parameters ?? [])}
        ${Object.values(about.requestBody?.content ?? {}).map(({ schema }) => this.titled("api.body", this.parts(schema)))}
        ${Object.entries(about.responses).map(([status, answer]) => this.answer(status, answer))}</div></details>`;
  }

  /** @param {Schema[]} parameters */
  parameters(parameters) {
    if (!parameters.length) return nothing;
    const lines = parameters.map((one) => html`<li><code>${one.name}</code> ${t(`api.in.${one.in}`)} · <code class="kind">${kind(one.schema)}</code>
      ${one.required ? t("api.required") : nothing} <span lang="en">${one.description ?? ""}</span></li>`);
    return this.titled("api.parameters", html`<ul class="parts">${lines}</ul>`);
  }

  /** @param {string} title @param {unknown} content */
  titled(title, content) {
    return html`<section><h3>${t(title)}</h3>${content}</section>`;
  }

  /** @param {string} status @param {Schema} answer */
  answer(status, answer) {
    const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(answer.content ?? {});
    const codes = schema.properties?.code?.enum;
    return html`<section><h3>${status} <span lang="en">${codes ? nothing : answer.description}</span></h3>
      ${codes ? html`<ul class="parts">${codes.map((/** @type {string} */ code) => html`<li><code>${code}</code></li>`)}</ul>` : this.content(type, schema)}</section>`;
  }

  /** @param {string} type @param {Schema} schema */
  content(type, schema) {
    if (!type) return nothing;
    return type === "application/json" ? this.parts(schema) : html`<p><code>${type}</code></p>`;
  }

  /** @param {Schema} schema @returns {Schema} */
  resolved(schema) {
    const inner = schema.items ?? schema.anyOf?.find((/** @type {Schema} */ one) => one.$ref || one.type !== "null") ?? schema;
    if (inner !== schema) return this.resolved(inner);
    const name = String(schema.$ref ?? "").split("/").at(-1);
    return name ? (this.described.components?.schemas?.[name] ?? schema) : schema;
  }

  /** The named parts of an object, with their own parts below them.
   * @param {Schema} schema @param {number} [depth] @returns {unknown} */
  parts(schema, depth = 0) {
    const { properties, required = [] } = this.resolved(schema);
    if (!properties || depth > DEEPEST) return depth ? nothing : html`<p><code>${kind(schema)}</code></p>`;
    return html`<ul class="parts">${Object.entries(properties).map(([name, part]) => html`<li><code>${name}</code> <code class="kind">${kind(part)}</code>
      ${required.includes(name) ? nothing : t("api.optional")}${this.parts(part, depth + 1)}</li>`)}</ul>`;
  }
}
customElements.define("api-page", ApiPage);
