/** One more voice of a call: picture, name of the role, and what is switched off. Sound comes by the picture's element. */

import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../lib/i18n.js";
import { icon, steady } from "./pieces.js";

/** @typedef {{who: "interpreter" | "colleague" | "supervisor", mode: string, pair: number, state: string, muted: boolean, dark: boolean}} Guest */

/** @param {Guest} guest @param {MediaStream | null} stream */
export const guestTile = ({ who, mode, state, muted, dark }, stream) => html`<figure class="tile third" data-guest=${who}>
  <video autoplay playsinline .srcObject=${steady(stream)} aria-label=${t(`guest.${who}`)}></video>
  ${dark || state !== "connected" || mode === "whisper" ? html`<span class="off">${icon(state === "connected" ? (mode === "whisper" ? "megaphone" : "video-off") : "loader-circle")}</span>` : nothing}
  <figcaption><b>${t(`guest.${who}`)}</b>${mode === "whisper" ? html`<span>${t("guest.whispers")}</span>` : nothing}${muted ? html`<span>${icon("mic-off")} ${t("guest.muted")}</span>` : nothing}</figcaption></figure>`;
