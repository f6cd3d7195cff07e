/** The demo's pages: a customer at a click, the accounts, and what would have been sent. */

import { html } from "/static/vendor/lit.js";
import { ask, Refused, sentence } from "../lib/api.js";
import { t, timeOfDay } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { notice, pill } from "./pieces.js";

/** @typedef {{id: string, channel: string, to: string, text: string, at: string}} DemoMessage */

const ASK_EVERY_MS = 2_000;
const KINDS = /** @type {const} */ ({ sms: "brand", voice: "brand", mail: "brand", totp: "info", webhook: "ok" });

export class DemoIndex extends LightElement {
  static properties = { accounts: {}, atHome: {}, trouble: {} };

  constructor() {
    super();
    /** @type {{password: string, staff: {login: string, role: string}[]} | null} */
    this.accounts = null;
    /** Accounts and codes are shown at the demo's own machine only. */
    this.atHome = true;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
  }

  async begin() {
    try {
      const { link } = await ask("POST", "/api/demo/customers", { body: { language: document.documentElement.lang } });
      location.assign(link);
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  render() {
    return html`<main class="demo">
      <h1>${t("demo.title")}</h1>
      ${this.trouble ? notice("bad", "triangle-alert", this.trouble) : ""}
      <section class="card" aria-labelledby="h-customer"><h2 id="h-customer">${t("demo.customer")}</h2>
        <p>${t("demo.customer.text")}</p>
        <p class="actions"><button class="btn primary" @click=${() => this.begin()}>${t("demo.customer.begin")}</button>
          ${this.atHome ? html`<a class="btn" href="/demo/inbox">${t("demo.inbox.title")}</a>` : ""}
          <a class="btn" href="/demo/cards">${t("demo.cards")}</a></p></section>
      <section class="card" aria-labelledby="h-staff"><h2 id="h-staff">${t("demo.staff")}</h2>
        <p>${t(this.atHome ? "demo.staff.text" : "demo.home")}</p>${this.accounts ? this.table(this.accounts) : ""}
        <p class="actions"><a class="btn" href="/staff/desk">${t("demo.desk")}</a></p></section>
      <section class="card" aria-labelledby="h-alone"><h2 id="h-alone">${t("demo.alone")}</h2>
        <p>${t("demo.alone.text")}</p>
        <p><code>./run ekyc demo</code> — ${t("demo.alone.customer")}</p>
        <p><code>./run ekyc demo --agent</code> — ${t("demo.alone.agent")}</p></section></main>`;
  }

  /** @param {{password: string, staff: {login: string, role: string}[]}} accounts */
  table({ password, staff }) {
    return html`<p>${t("demo.password")}: <code>${password}</code></p>
      <table class="accounts"><thead><tr>
        <th scope="col">${t("demo.login")}</th><th scope="col">${t("demo.role")}</th></tr></thead>
      <tbody>${staff.map(({ login, role }) => html`<tr>
        <td><code>${login}</code></td><td>${t(`demo.role.${role}`)}</td></tr>`)}</tbody></table>`;
  }
}
customElements.define("demo-index", DemoIndex);

export class DemoInbox extends LightElement {
  static properties = { messages: {}, atHome: {} };

  constructor() {
    super();
    /** @type {DemoMessage[] | null} */
    this.messages = null;
    this.atHome = true;
  }

  connectedCallback() {
    super.connectedCallback();
    const look = async () => {
      const answer = await ask("GET", "/api/demo/inbox").catch((error) => {
        this.atHome = !(error instanceof Refused && error.status === 403);
        return null;
      });
      if (answer) this.messages = answer.messages;
    };
    look();
    setInterval(look, ASK_EVERY_MS);
  }

  render() {
    const { messages } = this;
    return html`<main class="demo"><h1>${t("demo.inbox.title")}</h1><p>${t(this.atHome ? "demo.inbox.text" : "demo.home")}</p>
      <section class="card" aria-label=${t("demo.inbox.title")}>
        ${messages?.length === 0 ? html`<p>${t("demo.inbox.empty")}</p>` : ""}
        ${messages?.map((message) => html`<article class="message">
          <p>${pill(KINDS[/** @type {keyof typeof KINDS} */ (message.channel)] ?? "info", t(`demo.channel.${message.channel}`))}
            <span>${message.to}</span> <span class="num">${timeOfDay(message.at)}</span></p>
          <p>${message.text}</p></article>`)}</section>
      <p class="actions"><a class="btn" href="/demo/">${t("demo.back")}</a></p></main>`;
  }
}
customElements.define("demo-inbox", DemoInbox);
