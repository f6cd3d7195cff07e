/** The small drawn parts that pages repeat: icons, the lotus, notices, rows, the help line. */

import { guard, html, nothing, svg } from "/static/vendor/lit.js";
import { rich, t } from "../lib/i18n.js";

/** @param {string} name @param {string} [extra] A further class. */
export const icon = (name, extra = "") =>
  html`<svg class="i ${extra}" aria-hidden="true"><use href="/static/icons.svg#${name}"></use></svg>`;

/** @param {"brand" | "ok" | "warn" | "bad" | "info" | "lotus"} kind @param {string} picture @param {unknown} text */
export const notice = (kind, picture, text) => html`<p class="notice ${kind === "brand" ? "" : kind}">${icon(picture)}<span>${text}</span></p>`;

/** @param {string} kind @param {string} text @param {string} [picture] */
export const pill = (kind, text, picture) =>
  html`<span class="pill ${kind}">${picture ? icon(picture) : nothing}<span>${text}</span></span>`;

/** One line of a list: picture, title, sentence. @param {string} picture @param {string} title @param {string} text */
export const row = (picture, title, text) =>
  html`<li><span class="ic">${icon(picture)}</span><b>${title}</b><p>${text}</p></li>`;

const PETAL = "M100 124C74 100 74 56 100 20c26 36 26 80 0 104z";
const TURNS = [-78, 78, -52, 52, -26, 26, 0];

/** The lotus; petals open from the middle. @param {number} open How many of seven. @param {string} [label] */
export const lotus = (open, label) => html`<svg
  class="lotus-art" viewBox="-8 10 216 132" role=${label ? "img" : nothing} aria-label=${label ?? nothing} aria-hidden=${label ? nothing : "true"}>
  ${TURNS.map((turn, at) => svg`<path class=${at >= TURNS.length - open ? "on" : ""} d=${PETAL} transform="rotate(${turn} 100 124)"></path>`)}
  <path class="leaf" d="M36 132c34 12 94 12 128 0"></path></svg>`;

/** The bank's telephone number, as a link. @param {import("../lib/customer.js").Config} config */
export const hotline = ({ bank }) =>
  html`<a class="num nb" href="tel:${bank.hotline.replace(/[^+\d]/g, "")}">${bank.hotline}</a>`;

/** @param {import("../lib/customer.js").Config} config */
export const help = (config) =>
  html`<p class="help">${rich("help", { hotline: hotline(config), hours: config.bank.hotline_hours })}</p>`;

const STEPS = /** @type {const} */ (["consent", "phone", "document", "details", "call"]);

/** Where on the way this page stands. @param {(typeof STEPS)[number]} now */
export function steps(now) {
  const at = STEPS.indexOf(now);
  const said = { n: at + 1, of: STEPS.length, name: t(`step.${now}`) };
  return html`<ol class="steps" aria-label=${t("step.label", said)}>
      ${STEPS.map((step, n) => html`<li class=${n < at ? "done" : n === at ? "now" : ""} aria-current=${n === at ? "step" : nothing}>
        <span class="sr">${n < at ? t("step.done", { name: t(`step.${step}`) }) : t(`step.${step}`)}</span></li>`)}
    </ol>
    <p class="eyebrow">${t("step.eyebrow", said)}</p>`;
}

/** The whole ring is 100. @param {number} share 0 to 1 @param {unknown} inside */
export const ring = (share, inside) => html`<span class="ring num">
  <svg viewBox="0 0 52 52" aria-hidden="true"><circle cx="26" cy="26" r="23"></circle>
    <circle class="bar" cx="26" cy="26" r="23" pathLength="100" stroke-dasharray="${Math.round(share * 100)} 100"></circle></svg>
  <span aria-hidden="true">${inside}</span></span>`;

/** From the computer to the telephone, at the same step. */
export const toTelephone = () => html`<a class="btn" href="/c/handover?again">${icon("smartphone")}<span>${t("capture.telephone")}</span></a>`;

/** To the six questions; in a window of its own, so that nothing begun is left. */
export const toPreparation = () => html`<p class="small"><a class="link" href="/c/prepare" target="_blank">${icon("circle-help")}<span>${t("prepare.link")}</span></a></p>`;

/** A stream for `.srcObject`. lit sets an object anew at each rendering, which would start the video again.
 * @param {MediaStream | null} stream */
export const steady = (stream) => guard([stream], () => stream);
