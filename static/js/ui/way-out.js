/** Before the journey: this window cannot make a video call. Says why, and how to go on in one that can. */

import { html, nothing } from "/static/vendor/lit.js";
import { chromeAddress } from "../lib/browsers.js";
import { copy } from "../lib/clipboard.js";
import { rich, t } from "../lib/i18n.js";
import { PageElement } from "./page-element.js";
import { help, icon, lotus } from "./pieces.js";

export class WayOut extends PageElement {
  static properties = {
    ...PageElement.properties,
    obstacle: { attribute: false },
    platform: { attribute: false },
    link: { attribute: false },
    mayStay: { attribute: false },
    copied: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../lib/browsers.js").Obstacle} */
    this.obstacle = { kind: "old" };
    /** @type {import("../lib/browsers.js").Platform} */
    this.platform = "computer";
    /** Path and fragment this window was opened by; empty when they are not known any more. */
    this.link = "";
    /** The window may be tried all the same. */
    this.mayStay = false;
    /** @type {"" | "done" | "refused"} */
    this.copied = "";
  }

  /** The customer's link, https in front. */
  get address() {
    const { address } = this.config;
    const own = address.startsWith("https://") ? address.replace(/\/$/, "") : `https://${location.host}`;
    return this.link && `${own}${this.link}`;
  }

  render() {
    const { obstacle, platform } = this;
    const app = obstacle.kind === "app" ? t(`way.app.${obstacle.app}`) : "";
    return html`<main class="page">
      <section class="intro"><div class="hero">${lotus(1)}
        <h1>${t(obstacle.kind === "insecure" ? "way.title.insecure" : `way.title.${platform}`)}</h1>
        <p class="lede">${t(`way.why.${obstacle.kind}`, { app })}</p></div></section>
      <div class="panel">
        ${obstacle.kind === "insecure" ? this.secure() : platform === "android" ? this.oneTap() : nothing}
        ${obstacle.kind === "app" && platform !== "android" ? this.twoTaps(obstacle.app) : nothing}
        ${this.copying()}
        ${this.mayStay ? html`<p class="center"><button class="link" type="button" @click=${() => this.tell("stay")}><span>${t("way.stay")}</span>${icon("arrow-right")}</button></p>` : nothing}
        <p class="notice">${icon("lock")}<span>${t("way.kept")}</span></p>
        ${help(this.config)}
      </div></main>`;
  }

  secure() {
    if (!this.address) return nothing;
    return html`<section class="card stack" aria-labelledby="h-secure"><h2 id="h-secure">${t("way.one")}</h2><p class="muted">${t("way.secure.text")}</p>
      <a class="btn primary lg full" href=${this.address}>${icon("lock")}<span>${t("way.secure")}</span></a></section>`;
  }

  /** Android can be asked to open Chrome. */
  oneTap() {
    if (!this.address) return nothing;
    return html`<section class="card stack" aria-labelledby="h-tap"><h2 id="h-tap">${t("way.one")}</h2><p class="muted">${t("way.one.text")}</p>
      <a class="btn primary lg full" href=${chromeAddress(this.address)}>${icon("external-link")}<span>${t("way.chrome")}</span></a></section>`;
  }

  /** @param {import("../lib/browsers.js").App} app */
  twoTaps(app) {
    const name = t(`way.app.${app}`);
    return html`<section class="card stack" aria-labelledby="h-how"><h2 id="h-how">${t("way.two")}</h2><ol class="how">
      <li><p>${t("way.dots")}</p><div class="mock" role="img" aria-label=${t("way.dots.picture", { app: name })}><div class="bar ${app}" aria-hidden="true">${icon("x")}<span>${location.hostname}</span>${icon("ellipsis", "hit")}</div></div></li>
      <li><p>${rich("way.choose", { words: html`<b>${t(app === "zalo" ? "way.choose.zalo" : "way.choose.other")}</b>` })}</p></li></ol></section>`;
  }

  copying() {
    const title = this.obstacle.kind === "old" && this.platform !== "android" ? "way.copy.only" : "way.copy";
    if (!this.address) return html`<section class="card stack" aria-labelledby="h-copy"><h2 id="h-copy">${t("way.message")}</h2><p class="muted">${t("way.message.text")}</p></section>`;
    return html`<section class="card stack" aria-labelledby="h-copy"><h2 id="h-copy">${t(title)}</h2><p class="muted">${t("way.copy.text")}</p>
      <p class="urlbox num">${this.address.replace(/^https:\/\//, "")}</p>
      <button class="btn soft lg full" type="button" @click=${this.copy}>${icon(this.copied === "done" ? "check" : "copy")}<span>${t(this.copied === "done" ? "way.copied" : "way.copy.button")}</span></button>
      <p class="small" role="status">${this.copied === "refused" ? t("way.copy.refused") : nothing}</p></section>`;
  }

  async copy() {
    const shown = this.querySelector(".urlbox");
    this.copied = (await copy(this.address, shown)) ? "done" : "refused";
  }
}
customElements.define("way-out", WayOut);
