/** Where a file stands on its way, in five steps. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { dayAndClock } from "../ui/format.js";
import { icon } from "../ui/pieces.js";

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */

/** Stages as a person counts them: the small ones belong to the step before. */
const STEPS = /** @type {const} */ (["opened", "documented", "confirmed", "in_call", "decided"]);
/** @type {Record<string, (typeof STEPS)[number]>} */
const STEP_OF = { consented: "opened", phone_confirmed: "opened", booked: "confirmed", waiting: "confirmed", reviewed: "decided", closed: "decided" };

/** @param {CustomerFile} file */
export function stageSteps({ stage, stages }) {
  const now = STEPS.indexOf(/** @type {any} */ (STEP_OF[stage] ?? stage));
  return html`<ol class="stp" aria-label=${t("steps.label")}>${STEPS.map((step, at) => {
    const reached = stages.findLast((one) => one.stage === step);
    const state = at === now ? "cur" : at > now ? "todo" : reached ? "done" : "void";
    const name = t(`step.${step}`);
    return html`<li class=${state} aria-current=${at === now ? "step" : nothing} title=${reached ? dayAndClock(reached.at) : nothing}>
      ${icon(state === "void" ? "minus" : state === "todo" ? "circle-dot" : "circle-check")}<span>${state === "void" ? t("step.skipped", { step: name }) : name}</span></li>`;
  })}</ol>`;
}
