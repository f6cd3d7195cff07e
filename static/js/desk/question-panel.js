/** Questions to ask aloud, drawn at random: one at a time, with what the file expects. */

import { html, nothing } from "/static/vendor/lit.js";
import { hasText, t } from "../lib/i18n.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";

/** @typedef {import("../lib/staff.js").Question} Question */

const PICTURES = { open: "minus", passed: "check", failed: "x" };

export class QuestionPanel extends LightElement {
  static properties = { file: { attribute: false }, open: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../lib/staff.js").CustomerFile | null} */
    this.file = null;
    /** Both are there, nothing is decided: questions can be drawn. */
    this.open = false;
  }

  render() {
    if (!this.file) return nothing;
    const questions = this.file.calls.at(-1)?.rounds.at(-1)?.questions ?? [];
    const passed = questions.filter(({ state }) => state === "passed").length;
    const asked = questions.find(({ is_asked }) => is_asked);
    return html`<section class="box qs" aria-labelledby="h-qs">
      <header><h2 id="h-qs">${t("questions.title")}</h2>${questions.length ? pill(passed === questions.length ? "ok" : "brand", t("questions.count", { n: passed, of: questions.length })) : nothing}</header>
      ${asked ? this.#asked(asked, questions.indexOf(asked) + 1, questions.length) : this.#begin(questions)}
      ${questions.length ? html`<ol class="outcomes">${questions.map((one) => this.#outcome(one))}</ol>` : nothing}</section>`;
  }

  /** @param {Question[]} before */
  #begin(before) {
    return html`<p class="hint">${t(before.length ? "questions.over" : "questions.hint")}</p>
      <button type="button" class="btn sm ${before.length ? "" : "primary"}" data-missing="questions" ?disabled=${!this.open} @click=${() => this.tell("draw-questions")}>${icon("circle-help")}<span>${t(before.length ? "questions.again" : "questions.draw")}</span></button>`;
  }

  /** @param {Question} asked @param {number} at @param {number} of */
  #asked({ id, topic, said, expected }, at, of) {
    const listen = `question-hint.${topic}`;
    return html`<div class="asked" data-topic=${topic} role="status"><p class="k">${t("questions.step", { n: at, of, topic: t(`topic.${topic}`) })}</p>
        <blockquote lang=${this.file?.language ?? nothing}>${said}</blockquote>
        <p class="expected">${hasText(listen) ? t(listen) : html`${t("questions.expected")} <b>${expected ?? t("questions.changed")}</b>`}</p></div>
      <div class="grp"><button type="button" class="btn sm ok" data-missing="questions" @click=${() => this.#judge(id, true)}>${icon("check")}<span>${t("questions.right")}</span></button>
        <button type="button" class="btn sm" @click=${() => this.#judge(id, false)}>${icon("x")}<span>${t("questions.wrong")}</span></button></div>`;
  }

  /** @param {Question} one */
  #outcome({ topic, state, is_asked }) {
    return html`<li class=${is_asked ? "now" : state}>${icon(PICTURES[state])}<span>${t(`topic.${topic}`)}</span><span class="sr">${t(`question-state.${state}`)}</span></li>`;
  }

  /** @param {string} question @param {boolean} passed */
  #judge(question, passed) {
    this.tell("judge-question", { question, passed });
  }
}
customElements.define("question-panel", QuestionPanel);
