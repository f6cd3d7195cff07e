/** Cuts from the straightened photographs, so that a doubtful line can be compared without the card. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { photographAddress } from "../lib/customer.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Side} Side */

/** Widths are drawn as 856: tenths of a millimetre of an ID-1 card (ISO/IEC 7810: 85.60 × 53.98 mm). */
const WIDTH = 856;
const CARD = 540;
const PAGE = 602;

/** @typedef {{side: Side, box: [number, number, number, number]}} Place */

/** Where each kind prints each detail: side, left, top, width, height.
 * @type {Record<string, Record<string, Place>>} */
const PLACES = {
  "cccd-2021": {
    number: { side: "front", box: [252, 164, 424, 52] },
    full_name: { side: "front", box: [252, 214, 480, 56] },
    birth_date: { side: "front", box: [252, 262, 460, 40] },
    sex: { side: "front", box: [252, 292, 205, 40] },
    nationality: { side: "front", box: [452, 292, 395, 40] },
    origin: { side: "front", box: [252, 326, 590, 82] },
    residence: { side: "front", box: [252, 376, 590, 110] },
    expiry_date: { side: "front", box: [30, 462, 222, 62] },
    issue_date: { side: "back", box: [24, 62, 444, 40] },
  },
  "can-cuoc-2024": {
    number: { side: "front", box: [265, 212, 435, 45] },
    full_name: { side: "front", box: [265, 281, 580, 35] },
    birth_date: { side: "front", box: [265, 340, 300, 32] },
    sex: { side: "front", box: [580, 340, 170, 32] },
    nationality: { side: "front", box: [265, 400, 310, 32] },
    residence: { side: "back", box: [25, 15, 611, 76] },
    birth_place: { side: "back", box: [25, 91, 611, 77] },
    issue_date: { side: "back", box: [265, 189, 235, 33] },
    expiry_date: { side: "back", box: [265, 239, 235, 33] },
  },
  "cccd-2016": {
    number: { side: "front", box: [330, 131, 370, 45] },
    full_name: { side: "front", box: [255, 182, 590, 35] },
    birth_date: { side: "front", box: [255, 222, 590, 34] },
    sex: { side: "front", box: [255, 262, 590, 35] },
    nationality: { side: "front", box: [255, 262, 590, 35] },
    origin: { side: "front", box: [255, 300, 590, 67] },
    residence: { side: "front", box: [255, 367, 590, 85] },
    expiry_date: { side: "front", box: [25, 470, 295, 31] },
    issue_date: { side: "back", box: [330, 233, 390, 40] },
  },
  "passport": {
    number: { side: "front", box: [667, 117, 177, 30] },
    full_name: { side: "front", box: [290, 159, 555, 31] },
    birth_date: { side: "front", box: [290, 244, 213, 29] },
    birth_place: { side: "front", box: [503, 244, 342, 29] },
    issue_date: { side: "front", box: [290, 326, 213, 30] },
    expiry_date: { side: "front", box: [503, 326, 342, 30] },
  },
  "gplx": {
    number: { side: "front", box: [375, 101, 345, 40] },
    full_name: { side: "front", box: [255, 151, 590, 34] },
    birth_date: { side: "front", box: [255, 191, 590, 34] },
    nationality: { side: "front", box: [255, 231, 590, 34] },
    residence: { side: "front", box: [255, 271, 590, 70] },
    issue_date: { side: "front", box: [350, 342, 495, 30] },
    licence_class: { side: "front", box: [30, 427, 250, 43] },
    expiry_date: { side: "front", box: [30, 481, 370, 33] },
  },
};

/** @param {CustomerView} view @param {string} name @returns {Place | undefined} */
const placeOf = (view, name) => PLACES[view.document?.kind ?? ""]?.[name];

/** @param {CustomerView} view */
const heightOf = (view) => (view.document?.kind === "passport" ? PAGE : CARD);

/** @param {CustomerView} view @param {Side} side */
function picture(view, side) {
  const photograph = view.photographs[side];
  if (photograph?.state !== "accepted") return null;
  return svg`<image href=${photographAddress(side, photograph.at)} width=${WIDTH} height=${heightOf(view)} preserveAspectRatio="none"></image>`;
}

/** The line of one field, or nothing where none was photographed. @param {CustomerView} view @param {string} name */
export function crop(view, name) {
  const place = placeOf(view, name);
  const image = place && picture(view, place.side);
  if (!image) return nothing;
  const label = t("confirm.crop", { name: t(`field.${name}`) });
  return html`<div class="crop"><svg viewBox=${place.box.join(" ")} role="img" aria-label=${label}>${image}</svg></div>`;
}

/** A whole side with frames around the lines to look at. @param {CustomerView} view @param {Side} side @param {string[]} names */
export function framedSide(view, side, names) {
  const image = picture(view, side);
  if (!image) return nothing;
  const framed = names.filter((name) => placeOf(view, name)?.side === side);
  const label = framed.length ? t("confirm.side.framed", { side: t(`side.${side}`), names: framed.map((name) => t(`field.${name}`)).join(", ") }) : t(`side.${side}`);
  return html`<div class="crop"><svg viewBox="0 0 ${WIDTH} ${heightOf(view)}" role="img" aria-label=${label}>${image}
    ${framed.map((name) => {
      const [x, y, width, height] = placeOf(view, name)?.box ?? [0, 0, 0, 0];
      return svg`<rect class="hl" x=${x} y=${y} width=${width} height=${height} rx="10"></rect>`;
    })}</svg></div>`;
}
