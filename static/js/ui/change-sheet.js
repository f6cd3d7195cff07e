/** On the customer's own page: a change the agent wrote down, and the code that authorises it. */

import { html } from "/static/vendor/lit.js";
import { secondsUntil } from "../lib/clock.js";
import { t, timeOfDay } from "../lib/i18n.js";
import { icon } from "./pieces.js";

/** A change the customer is asked to authorise. `digits` come to the session that asked for them.
 * @typedef {{id: string, change: string, state: "asked" | "shown" | "confirmed" | "refused" | "declined" | "lapsed", digits: string | null, expires_at: string}} Asked */

/** Whether the customer still has something to do. @param {Asked | null | undefined} asked @returns {asked is Asked} */
export const isAsked = (asked) => (asked?.state === "asked" || asked?.state === "shown") && secondsUntil(asked.expires_at) > 0;

/** @param {Asked} asked @param {boolean} busy @param {(act: "show-change" | "decline-change") => void} tell */
export function changeSheet({ change, state, digits, expires_at }, busy, tell) {
  const says = state === "asked" ? "asked" : digits ? "shown" : "elsewhere";
  return html`<section class="sheet one change" data-change=${says} aria-labelledby="h-change"><div role="status"><h2 id="h-change">${t(`change.${says}`)}</h2></div>
    <blockquote>${change}</blockquote>
    ${digits ? html`<p class="digits num" aria-label=${digits.split("").join(" ")}>${digits}</p>` : ""}
    <p>${says === "asked" ? t("change.asked.text") : t(`change.${says}.text`, { time: timeOfDay(expires_at) })}</p>
    ${says === "asked" ? html`<button class="btn primary lg" type="button" ?disabled=${busy} @click=${() => tell("show-change")}>${icon("eye")}<span>${t("change.show")}</span></button>` : ""}
    <button class="btn lg" type="button" ?disabled=${busy} @click=${() => tell("decline-change")}><span>${t("change.decline")}</span></button></section>`;
}
