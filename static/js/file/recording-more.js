/** Under the player: of whom a part was not kept, what is not finished but can be watched, a film of both sides. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { dayAndClock, megabytes } from "../ui/format.js";
import { LightElement } from "../ui/light-element.js";
import { icon } from "../ui/pieces.js";
import { arePartly, isUnfinished } from "./playback.js";

/** @typedef {import("../lib/staff.js").Call} Call */
/** @typedef {import("../lib/staff.js").Film} Film */

export class RecordingMore extends LightElement {
  static properties = { call: { attribute: false }, soFar: { attribute: false }, exports: { attribute: false } };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
    /** What became of the wish to see what there is so far. */
    this.soFar = /** @type {"unasked" | "asking" | "shown" | "nothing"} */ ("unasked");
    /** This reader may have films made and take them out. */
    this.exports = false;
  }

  render() {
    const { call } = this;
    if (!call) return nothing;
    return html`${["customer", "agent"].map((party) => this.#partly(party, call))}${this.#unfinished(call)}${this.exports ? this.#film(call) : nothing}`;
  }

  /** @param {string} party @param {Call} call */
  #partly(party, call) {
    if (!arePartly(call.recordings.filter((recording) => recording.party === party))) return nothing;
    return html`<p class="alert">${icon("triangle-alert")}<span>${t(`player.partly-${party}`)}</span></p>`;
  }

  /** @param {Call} call */
  #unfinished({ recordings }) {
    if (!recordings.some(isUnfinished)) return nothing;
    const [key, picture] = this.soFar === "shown" ? ["so-far-again", "refresh-cw"] : ["so-far", "play"];
    return html`<div class="more"><button type="button" class="btn" ?disabled=${this.soFar === "asking"} @click=${() => this.tell("so-far")}>${icon(picture)}<span>${t(`player.${key}`)}</span></button>
      <p role="status">${this.soFar === "nothing" ? t("player.so-far-none") : nothing}</p></div>`;
  }

  /** @param {Call} call */
  #film({ id, ended_at, recordings, export: film }) {
    const isReady = ended_at && !recordings.some(isUnfinished) && recordings.some(({ state }) => state === "finished");
    if (!isReady && !film) return nothing;
    if (film?.state === "finished") return this.#download(film);
    if (film && film.state !== "failed") return this.#progress(film);
    return html`${film?.problem ? html`<p class="alert bad" role="alert">${icon("circle-alert")}<span>${film.problem.message}</span></p>` : nothing}
      <div class="more"><button type="button" class="btn" @click=${() => this.tell("export", id)}>${icon("film")}<span>${t(film ? "film.again" : "film.make")}</span></button>
        <p>${t("film.what")}</p></div>`;
  }

  /** @param {Film} film */
  #download({ url, size_bytes, expires_at }) {
    return html`<div class="more"><a class="btn" href=${url} download>${icon("download")}<span>${t("film.download", { size: megabytes(size_bytes ?? 0) })}</span></a>
      <p>${t("film.until", { when: dayAndClock(expires_at ?? "") })}</p></div>`;
  }

  /** @param {Film} film */
  #progress({ state, percent }) {
    const said = state === "due" ? t("film.waits") : t("film.percent", { n: percent });
    return html`<div class="more film"><progress max="100" value=${percent} aria-label=${t("film.progress")}></progress>
      <p class="num">${said}</p></div>`;
  }
}
customElements.define("recording-more", RecordingMore);
