/** Beside the player: the papers, the fields and their edits, consents, checklist, note, verdict. */

import { html, nothing } from "/static/vendor/lit.js";
import { hasText, plural, t } from "../lib/i18n.js";
import { nowMs } from "../lib/clock.js";
import { STANDS, standing } from "../desk/change-panel.js";
import { asPhotographs, isConfirmed, isOpen, stillsOf } from "../desk/scene.js";
import { dayAndClock, documentName } from "../ui/format.js";
import "./result-call.js";
import { LightElement } from "../ui/light-element.js";
import { icon, pill } from "../ui/pieces.js";
import { placeText } from "../ui/place-text.js";
import "../ui/decision-bar.js";
import "../ui/document-photos.js";
import "../ui/feature-sheet.js";
import "../ui/field-table.js";
import "../ui/flag-list.js";
import "../ui/note-box.js";
import "../ui/portrait-list.js";
import "../ui/presence-list.js";
import "../ui/sign-note.js";
import "../ui/view-sheet.js";
import { vouched } from "../ui/vouched.js";
import "./vouched-list.js";

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */

/** Colours of what the chip's authentication came to. */
const CHIP = { authentic: "ok", "not-authentic": "bad", unchecked: "" };

export class FileSide extends LightElement {
  static properties = { file: { attribute: false }, writes: { attribute: false }, trouble: { attribute: false }, busy: { attribute: false }, days: { attribute: false }, zone: { attribute: false } };

  constructor() {
    super();
    /** @type {CustomerFile | null} */
    this.file = null;
    /** This reader may decide and write. */
    this.writes = false;
    this.trouble = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.busy = false;
    /** Times for a call about the result; null until they are asked for. @type {import("../lib/customer.js").Day[] | null} */
    this.days = null;
    this.zone = "UTC";
  }

  render() {
    const { file } = this;
    if (!file) return nothing;
    return html`<aside class="side" aria-label=${t("side.title")}>
      <div class="scroll" tabindex="0" role="group" aria-label=${t("side.title")}>
        <sign-note .signs=${file.signs}></sign-note>${this.#papers(file)}<presence-list .comparisons=${file.comparisons} .signals=${file.signals} .clearances=${file.clearances} .clears=${file.may.clear}></presence-list><portrait-list .portraits=${file.portraits}></portrait-list><flag-list .flags=${file.flags}></flag-list>${this.#fields(file)}<result-call .file=${file} .days=${this.days} .zone=${this.zone}></result-call>${this.#contact(file)}<vouched-list kind="phones" .all=${file.phones} .registers=${file.may.register} .orders=${this.#orders(file)}></vouched-list><vouched-list kind="mailboxes" .all=${file.mailboxes} .registers=${file.may.register} .orders=${this.#orders(file)}></vouched-list>${this.#callbacks(file)}${this.#places(file)}${this.#checks(file)}${this.#questions(file)}${this.#changes(file)}${this.#note(file)}</div>
      <decision-bar .file=${file} .trouble=${this.trouble} .busy=${this.busy}></decision-bar></aside>`;
  }

  /** @param {CustomerFile} file */
  #papers({ photographs, document: kind, calls }) {
    const current = photographs.filter((photograph) => photograph.current);
    const asked = stillsOf(calls);
    const stills = asPhotographs(asked);
    const earlier = photographs.length - current.length;
    return html`<section aria-labelledby="h-papers"><div class="sh"><h2 id="h-papers">${t("side.documents")}</h2>${pill("", documentName(kind))}</div>
      <document-photos .photographs=${current} .told=${true}></document-photos>
      <feature-sheet .kind=${kind}></feature-sheet>
      ${earlier ? html`<details class="earlier"><summary>${plural("photos.earlier", earlier)}</summary>
        <document-photos .photographs=${photographs.filter((photograph) => !photograph.current)} .told=${true}></document-photos></details>` : nothing}
      ${stills.length ? html`<h3>${t("stills.title")}</h3><document-photos class="stills" .photographs=${stills} .told=${true}></document-photos>
        <view-sheet .stills=${asked.filter(({ view, url }) => view !== null && url !== null)}></view-sheet>` : nothing}</section>`;
  }

  /** @param {CustomerFile} file */
  #fields(file) {
    const { fields, conflicts, chip } = file;
    const edits = fields.reduce((sum, field) => sum + field.edits.length, 0);
    return html`<section aria-labelledby="h-fields"><div class="sh"><h2 id="h-fields">${t("side.fields")}</h2><span class="grp">
        ${chip ? pill(CHIP[chip.state], t(`chip-state.${chip.state}`)) : nothing}${conflicts.length ? pill("warn", plural("side.conflicts", conflicts.length), "triangle-alert") : nothing}${edits ? pill("info", plural("side.edits", edits), "pencil") : nothing}</span></div>
      <field-table .fields=${fields} .confirmed=${isConfirmed(file)} .conflicts=${conflicts} .edits=${true}></field-table></section>`;
  }

  /** @param {CustomerFile} file */
  #contact({ consents, phone_masked, phone_source, vulnerable, slow_speech, stage }) {
    const source = hasText(`phone.from-${phone_source}`) ? t(`phone.from-${phone_source}`) : t("side.phone-source", { source: phone_source });
    return html`<section aria-labelledby="h-consents"><div class="sh"><h2 id="h-consents">${t("side.consents")}</h2></div>
      <ul class="kv">${consents.map(({ kind, version, given_at }) => html`<li>${icon("square-check-big", "okc")}<span>${t(`consent.${kind}`)}</span>
          <small class="num">${t("side.consent-of", { version, when: dayAndClock(given_at) })}</small></li>`)}
        <li>${icon("phone", "mut")}<span class="num"><span class="sr">${t("side.phone")}</span> ${phone_masked}</span><small>${source}</small></li></ul>
      ${this.writes && stage !== "decided" ? html`<label class="ckl"><input type="checkbox" .checked=${vulnerable} @change=${(/** @type {Event} */ event) => this.tell("priority", /** @type {HTMLInputElement} */ (event.target).checked)}><span>${t("side.goes-first")}</span></label>`
        : vulnerable ? pill("warn", t("queue.goes-first"), "arrow-up") : nothing}${slow_speech ? pill("info", t("speech.slow"), "ear") : nothing}</section>`;
  }

  /** Codes told in a call and typed at the mailed link, with who vouches for the mailbox. @param {CustomerFile} file */
  #callbacks({ calls }) {
    const confirmed = calls.flatMap(({ callback }) => (callback?.confirmed_at ? [callback] : []));
    if (!confirmed.length) return nothing;
    return html`<section aria-labelledby="h-callbacks"><div class="sh"><h2 id="h-callbacks">${t("callback.title")}</h2></div>
      <ul class="kv">${confirmed.map((callback) => html`<li>${icon("mail", "okc")}<span>${t("callback.confirmed")}</span><small class="num">${t("callback.vouched", { by: vouched(callback), time: dayAndClock(callback.confirmed_at ?? callback.sent_at) })}</small></li>`)}</ul></section>`;
  }

  /** What the customer authorised in the last call that was live and nothing was registered on; null where none is needed. @param {CustomerFile} file */
  #orders({ stage, calls }) {
    if (stage !== "in_call") return null;
    const asked = calls.findLast(({ live_at: live }) => live)?.authorisations ?? [];
    return asked.filter(({ state, registration }) => state === "confirmed" && !registration);
  }

  /** Where the customer was in the calls, or why that is not known. @param {CustomerFile} file */
  #places({ calls }) {
    const told = calls.flatMap(({ places }) => places);
    if (!told.length) return nothing;
    return html`<section aria-labelledby="h-places"><div class="sh"><h2 id="h-places">${t("place.title")}</h2></div>
      <ul class="kv">${told.map((place) => html`<li>${icon("map-pin", "mut")}<span class=${place.state === "known" ? "num" : "off"}>${placeText(place)}</span><small class="num">${dayAndClock(place.at)}</small></li>`)}</ul></section>`;
  }

  /** @param {CustomerFile} file */
  #checks({ checklist, features, features_needed }) {
    const [ticked, seen] = [checklist, features].map((all) => all.filter(({ done }) => done).length);
    return html`<section aria-labelledby="h-checks"><div class="sh"><h2 id="h-checks">${t("side.checks")}</h2>${pill("", `${ticked}/${checklist.length}`)}</div>${this.#ticks(checklist)}</section>
      <section aria-labelledby="h-features"><div class="sh"><h2 id="h-features">${t("doc.classes")}</h2>${pill("", t("doc.features", { n: seen ?? 0, of: features_needed }))}</div>${this.#ticks(features)}</section>`;
  }

  /** @param {import("../lib/staff.js").Check[]} all */
  #ticks(all) {
    return html`<ul class="kv">${all.map(({ item, done, by, at }) => html`<li>${icon(done ? "check" : "minus", done ? "okc" : "mut")}<span class=${done ? "" : "off"}>${t(`check.${item}`)}</span>
        <small class="num">${done && at ? `${by} · ${dayAndClock(at)}` : t("side.unchecked")}</small></li>`)}</ul>`;
  }

  /** What was asked aloud, round by round, and what the agent made of it. @param {CustomerFile} file */
  #questions({ calls }) {
    const rounds = calls.flatMap((call) => call.rounds);
    if (!rounds.length) return nothing;
    return html`<section aria-labelledby="h-questions"><div class="sh"><h2 id="h-questions">${t("questions.title")}</h2></div>
      ${rounds.map(({ questions, seed, asked_at }) => html`<ul class="kv">${questions.map(({ topic, state }) => html`<li>${icon(state === "passed" ? "check" : state === "failed" ? "x" : "minus", state === "passed" ? "okc" : state === "failed" ? "badc" : "mut")}
          <span class=${state === "open" ? "off" : ""}>${t(`topic.${topic}`)}</span><small>${t(`question-state.${state}`)}</small></li>`)}</ul>
        <p class="hint num" title=${seed}>${t("questions.drawn", { when: dayAndClock(asked_at), seed: seed.slice(0, 8) })}</p>`)}</section>`;
  }

  /** What callers asked to change, what came of it, and the entry of each call. @param {CustomerFile} file */
  #changes({ calls }) {
    const told = calls.filter(({ authorisations, contact }) => authorisations.length || contact);
    if (!told.length) return nothing;
    return html`<section aria-labelledby="h-changes"><div class="sh"><h2 id="h-changes">${t("contact.section")}</h2></div>
      ${told.map(({ authorisations, contact }) => html`<ul class="kv">${authorisations.map((one) => {
        const stands = standing(one, nowMs());
        return html`<li>${icon(STANDS[stands][0], { good: "okc", bad: "badc" }[STANDS[stands][1]] ?? "mut")}<span>${one.change}</span><small>${t(`authorised.${stands}`)}</small></li>`;
      })}</ul>${contact ? this.#entry(contact, authorisations.at(-1)) : nothing}`)}</section>`;
  }

  /** @param {import("../lib/staff.js").CallContact} contact @param {import("../lib/staff.js").Authorisation} [asked] The last of the call. */
  #entry({ changed, ordered_by, by, entered_at }, asked) {
    if (!entered_at) return html`<p class="hint">${t("contact.due")}</p>`;
    const whose = [t(`ordered-by.${ordered_by}`), ...(asked ? [t(`change.known-by.${asked.identified_by}`)] : [])];
    return html`<p class="notes">${changed || t("contact.none")}</p><p class="hint num">${[...whose, by, dayAndClock(entered_at)].join(" · ")}</p>`;
  }

  /** @param {CustomerFile} file */
  #note(file) {
    if (this.writes && isOpen(file) && file.stage !== "in_call") return html`<note-box .text=${file.note}></note-box>`;
    return file.note ? html`<section aria-labelledby="h-note"><h2 id="h-note">${t("side.note")}</h2><p class="notes">${file.note}</p></section>` : nothing;
  }
}
customElements.define("file-side", FileSide);
