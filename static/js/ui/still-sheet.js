/** The sheet of a photograph the agent asks for: the wish, the shutter, the picture, its way to the bank. */

import { html, nothing } from "/static/vendor/lit.js";
import { plural, t } from "../lib/i18n.js";
import { icon } from "./pieces.js";
import { viewSign } from "./view-sign.js";

/** @typedef {import("../call/asked-still.js").AskedStill} AskedStill */
/** @typedef {(act: string) => void} Tell */

/** Whether the customer's own camera is shown large. @param {AskedStill} still */
export const isFraming = ({ wish, step }) => wish !== null && (step === "framing" || step === "counting" || step === "taking");

/** Whether the picture stands in the camera's place. @param {AskedStill} still */
export const isShown = ({ wish, step, address }) => wish !== null && address !== "" && (step === "shown" || step === "sending" || step === "failed");

/** @param {AskedStill} still @param {Tell} tell */
export function stillSheet(still, tell) {
  const { wish, step } = still;
  if (!wish) return nothing;
  if (step === "sent") return html`<section class="sheet said still"><span class="ic">${icon("check")}</span><p role="status">${t("still.sent")}</p></section>`;
  const sheet = (wish.view && OF_VIEW[step]) || SHEETS[step];
  return html`<section class="sheet one still" data-step=${step} data-view=${wish.view ?? nothing} aria-labelledby="h-still">${sheet?.(still, wish.of, tell)}</section>`;
}

/** @param {string} title @param {unknown} more */
const head = (title, more = nothing) => html`<div role="status"><h2 id="h-still">${title}</h2></div>${more}`;

/** @param {Tell} tell @param {string} act @param {string} picture @param {string} label @param {boolean} [off] */
const main = (tell, act, picture, label, off = false) =>
  html`<button class="btn primary lg" type="button" ?disabled=${off} @click=${() => tell(act)}>${icon(picture)}<span>${label}</span></button>`;

/** @param {Tell} tell @param {string} act @param {string} label @param {boolean} [off] */
const other = (tell, act, label, off = false) => html`<button class="btn lg" type="button" ?disabled=${off} @click=${() => tell(act)}><span>${label}</span></button>`;

/** @typedef {Partial<Record<import("../call/asked-still.js").Step, (still: AskedStill, of: string, tell: Tell) => unknown>>} Sheets */

/** @type {Sheets} */
const SHEETS = {
  asked: (_, of, tell) => html`${head(t(`still.asked.${of}`), html`<p>${t("still.asked.text")}</p>`)}
    ${main(tell, "still-open", "camera", t("still.open"))}${other(tell, "still-later", t("still.later"))}`,
  framing: (_, of, tell) => html`${head(t(`still.frame.${of}`))}
    ${main(tell, "still-take", "aperture", t("still.take"))}${other(tell, "still-later", t("still.later"))}`,
  taking: (_, of, tell) => html`${head(t(`still.frame.${of}`))}
    ${main(tell, "still-take", "aperture", t("still.taking"), true)}${other(tell, "still-later", t("still.later"), true)}`,
  shown: (_, of, tell) => html`${head(t(`still.look.${of}`))}
    ${main(tell, "still-send", "send", t("still.send"))}${other(tell, "still-again", t("still.again"))}`,
  sending: ({ share }) => html`${head(t("still.sending"))}
    <p>${t("still.sending.text", { share: Math.round(share * 100) })}</p><progress max="1" value=${share} aria-labelledby="h-still"></progress>`,
  failed: ({ problem }, _, tell) => html`<div role="alert"><h2 id="h-still">${t("still.failed")}</h2><p>${problem}</p></div>
    ${main(tell, "still-send", "rotate-ccw", t("still.send-again"))}${other(tell, "still-later", t("still.later"))}`,
};

/** How to hold it: a drawing, the words, how many come after it. @param {AskedStill} still */
const shown = ({ wish, count, step }) => html`<div class="way">${step === "counting" && count ? html`<span class="count num" role="timer">${count}</span>` : viewSign(wish?.view ?? "level")}
  <div role="status"><h2 id="h-still">${t(`view.${wish?.view}`)}</h2><p>${t(`view.${wish?.view}.text`)}</p>${wish?.left ? html`<p class="k">${plural("view.left", wish.left)}</p>` : nothing}</div></div>`;

/** In a view there is nothing to look at again: the hands are full. @type {Sheets} */
const OF_VIEW = {
  asked: (still, _, tell) => html`${shown(still)}${main(tell, "still-open", "camera", t("still.open"))}${other(tell, "still-later", t("still.later"))}`,
  framing: (still, _, tell) => html`${shown(still)}${main(tell, "still-take", "aperture", t("view.take"))}${other(tell, "still-later", t("still.later"))}`,
  counting: (still, _, tell) => html`${shown(still)}${main(tell, "still-take", "aperture", t("view.counting"), true)}${other(tell, "still-later", t("still.later"))}`,
  taking: (still, _, tell) => html`${shown(still)}${main(tell, "still-take", "aperture", t("still.taking"), true)}${other(tell, "still-later", t("still.later"), true)}`,
};
