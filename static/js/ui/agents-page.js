/** What each agent can do with customers: the languages they speak, the skills groups ask for. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";
import "./staff-rail.js";

/** @typedef {import("../lib/staff.js").Agents} Agents */
/** @typedef {import("../lib/staff.js").AgentTalents} AgentTalents */

/** @param {string[]} list @param {string} word @param {boolean} has */
export const changed = (list, word, has) => (has ? [...new Set([...list, word])] : list.filter((one) => one !== word));

export class AgentsPage extends LightElement {
  static properties = { me: { attribute: false }, config: { attribute: false }, trouble: { attribute: false }, agents: { attribute: false }, busy: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {import("../lib/customer.js").Config | null} */
    this.config = null;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    /** @type {Agents | null} */
    this.agents = null;
    this.busy = false;
  }

  render() {
    const { agents } = this;
    return html`<staff-rail .me=${this.me} here="agents"></staff-rail>
      <main id="main"><header class="bar"><div class="ttl"><h1>${t("agents.title")}</h1><p>${t("agents.lede")}</p></div></header>
        <div class="smain"><div role="alert">${this.trouble ? html`<p class="alert bad">${icon("circle-alert")}<span>${this.trouble}</span></p>` : nothing}</div>
          ${agents ? html`<div class="panel grow" tabindex="0" role="group" aria-label=${t("agents.title")}>${this.#table(agents)}</div>${this.#groups(agents)}` : nothing}</div></main>`;
  }

  /** @param {Agents} agents */
  #table({ agents, languages, skills }) {
    return html`<table class="tbl talents"><caption class="sr">${t("agents.title")}</caption>
      <thead><tr><th scope="col">${t("roster.agent")}</th>${languages.map((code) => html`<th scope="col">${t(`speaks.${code}`)}</th>`)}
        ${skills.map((skill) => html`<th scope="col">${skill}</th>`)}</tr></thead>
      <tbody>${agents.map((agent) => html`<tr><th scope="row"><b>${agent.name}</b></th>
        ${languages.map((code) => this.#tick(agent, "speaks", code, t(`speaks.${code}`)))}
        ${skills.map((skill) => this.#tick(agent, "skills", skill, skill))}</tr>`)}</tbody></table>`;
  }

  /** The last language stays: whoever speaks none could serve nobody.
   * @param {AgentTalents} agent @param {"speaks" | "skills"} list @param {string} word @param {string} label */
  #tick(agent, list, word, label) {
    const has = agent[list].includes(word);
    const fixed = list === "speaks" && has && agent.speaks.length === 1;
    return html`<td><label class="tick"><input type="checkbox" .checked=${has} ?disabled=${fixed || this.busy}
      @change=${(/** @type {Event} */ event) => this.#save(agent, list, word, /** @type {HTMLInputElement} */ (event.target).checked)}><span class="sr">${agent.name}: ${label}</span></label></td>`;
  }

  /** @param {AgentTalents} agent @param {"speaks" | "skills"} list @param {string} word @param {boolean} has */
  #save({ id, speaks, skills }, list, word, has) {
    this.tell("teach", { id, speaks, skills, [list]: changed(list === "speaks" ? speaks : skills, word, has) });
  }

  /** @param {Agents} agents */
  #groups({ groups }) {
    if (!groups.length) return html`<p class="sml mut">${t("agents.no-groups")}</p>`;
    return html`<p class="sml mut">${groups.map(({ name, skill }) => t(skill ? "agents.group" : "agents.group-of-all", { name, skill })).join(" · ")}</p>`;
  }
}
customElements.define("agents-page", AgentsPage);
