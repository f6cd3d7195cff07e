/** The rail every staff page shares: where one can go, who is signed in, the language. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { LightElement } from "./light-element.js";
import { icon } from "./pieces.js";
import { languageSwitch } from "./site-header.js";

/** @typedef {import("../lib/staff.js").Role} Role */
/** @typedef {{name: "desk" | "wall" | "roster" | "agents" | "files", picture: string, roles: Role[]}} Place */

/** @type {Place[]} */
const PLACES = [
  { name: "desk", picture: "headset", roles: ["agent", "supervisor"] },
  { name: "wall", picture: "activity", roles: ["supervisor"] },
  { name: "roster", picture: "calendar-clock", roles: ["agent", "supervisor", "admin"] },
  { name: "agents", picture: "users", roles: ["supervisor", "admin"] },
  { name: "files", picture: "folder-search", roles: ["agent", "supervisor", "auditor"] },
];

/** Two letters for a name: family name first, as in Vietnam, so the last two words. @param {string} name */
export const initials = (name) =>
  name.trim().split(/\s+/).slice(-2).map((word) => word[0] ?? "").join("").toUpperCase();

export class StaffRail extends LightElement {
  static properties = { me: { attribute: false }, here: {}, state: { attribute: false }, held: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").Me | null} */
    this.me = null;
    /** @type {"" | Place["name"]} */
    this.here = "";
    /** State of the desk, where the page knows it. @type {import("../lib/staff.js").DeskState | null} */
    this.state = null;
    /** A call is on: nobody signs out of it by mistake. */
    this.held = false;
  }

  render() {
    const role = this.me?.role;
    return html`<nav class="rail" aria-label=${t("rail.label")}>
        <a class="skip" href="#main">${t("skip")}</a>
        <img class="logo" src="/static/logo.svg" alt=${t("bank")} width="36" height="36">
        <ul>${PLACES.filter((place) => role && place.roles.includes(role)).map(
          ({ name, picture }) => html`<li><a href="/staff/${name}" aria-current=${name === this.here ? "page" : nothing}>
            ${icon(picture)}<span>${t(`rail.${name}`)}</span></a></li>`)}</ul>
        <div class="foot">${languageSwitch((code) => this.tell("speak", code))}${this.me ? this.#person(this.me) : nothing}
          ${this.held ? nothing : html`<button type="button" class="ib bare" aria-label=${t("rail.sign-out")} title=${t("rail.sign-out")}
            @click=${() => this.tell("sign-out")}>${icon("log-out")}</button>`}</div>
      </nav>`;
  }

  /** @param {import("../lib/staff.js").Me} me */
  #person(me) {
    const said = this.state ? t("rail.person-state", { name: me.name, state: t(`state.${this.state}`) }) : me.name;
    return html`<span class="me" data-state=${this.state ?? ""} role="img" aria-label=${said} title=${said}>
      <span class="av" data-i=${initials(me.name)}></span>${this.state ? html`<i></i>` : nothing}</span>`;
  }
}
customElements.define("staff-rail", StaffRail);
