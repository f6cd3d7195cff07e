/** A device that cannot be had: what to do about it in this very browser, and the way to another one. */

import { html, nothing } from "/static/vendor/lit.js";
import { appOf, guideOf } from "../lib/browsers.js";
import { t } from "../lib/i18n.js";
import { icon } from "./pieces.js";

/** @typedef {import("../call/devices.js").Failure} Failure */

/** In another browser these pass; here they do not. @type {Failure[]} */
const ELSEWHERE = ["insecure", "old"];

/** @param {Failure | ""} failure */
export function deviceHelp(failure) {
  const app = appOf(navigator.userAgent);
  const leave = app || ELSEWHERE.includes(failure || "unknown");
  return html`${app ? html`<p>${t("device.do.app", { app: t(`way.app.${app}`) })}</p>` : how(failure)}
    ${leave ? html`<a class="btn" href="/c/?browser">${icon("external-link")}<span>${t("way.other")}</span></a>` : nothing}`;
}

/** @param {Failure | ""} failure */
function how(failure) {
  if (failure !== "denied") return html`<p>${t(`device.do.${failure || "unknown"}`)}</p>`;
  const guide = guideOf(navigator.userAgent, navigator.maxTouchPoints);
  return html`<ol class="how">${[t(`allow.${guide}.1`), t(`allow.${guide}.2`), t("allow.back")].map((step) => html`<li><p>${step}</p></li>`)}</ol>`;
}
