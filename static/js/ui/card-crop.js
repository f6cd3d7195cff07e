/** Cuts from the straightened photographs, so that a doubtful line can be compared without the card. */

import { html, nothing, svg } from "/static/vendor/lit.js";
import { photographAddress } from "../lib/customer.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/customer.js").CustomerView} CustomerView */
/** @typedef {import("../lib/customer.js").Side} Side */

/** A straightened side is an ID-1 card (ISO/IEC 7810: 85.60 × 53.98 mm), drawn here in tenths of a millimetre. */
const WIDTH = 856;
const HEIGHT = 540;

/** Where the chip card of 2021 prints each detail: side, left, top, width, height.
 * @type {Record<string, {side: Side, box: [number, number, number, number]}>} */
const ZONES = {
  number: { side: "front", box: [252, 164, 424, 52] },
  full_name: { side: "front", box: [252, 214, 480, 56] },
  birth_date: { side: "front", box: [252, 262, 460, 40] },
  sex: { side: "front", box: [252, 292, 205, 40] },
  nationality: { side: "front", box: [452, 292, 395, 40] },
  origin: { side: "front", box: [252, 326, 590, 82] },
  residence: { side: "front", box: [252, 376, 590, 110] },
  expiry_date: { side: "front", box: [30, 462, 222, 62] },
  issue_date: { side: "back", box: [24, 62, 444, 40] },
};

/** @param {CustomerView} view @param {Side} side */
function picture(view, side) {
  const photograph = view.photographs[side];
  if (view.document?.kind !== "cccd-2021" || photograph?.state !== "accepted") return null;
  return svg`<image href=${photographAddress(side, photograph.at)} width=${WIDTH} height=${HEIGHT} preserveAspectRatio="none"></image>`;
}

/** The line of one field, or nothing where none was photographed. @param {CustomerView} view @param {string} name */
export function crop(view, name) {
  const zone = ZONES[name];
  const image = zone && picture(view, zone.side);
  if (!image) return nothing;
  const label = t("confirm.crop", { name: t(`field.${name}`) });
  return html`<div class="crop"><svg viewBox=${zone.box.join(" ")} role="img" aria-label=${label}>${image}</svg></div>`;
}

/** A whole side with frames around the lines to look at. @param {CustomerView} view @param {Side} side @param {string[]} names */
export function framedSide(view, side, names) {
  const image = picture(view, side);
  if (!image) return nothing;
  const framed = names.filter((name) => ZONES[name]?.side === side);
  const label = framed.length ? t("confirm.side.framed", { side: t(`side.${side}`), names: framed.map((name) => t(`field.${name}`)).join(", ") }) : t(`side.${side}`);
  return html`<div class="crop"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>${image}
    ${framed.map((name) => {
      const [x, y, width, height] = ZONES[name].box;
      return svg`<rect class="hl" x=${x} y=${y} width=${width} height=${height} rx="10"></rect>`;
    })}</svg></div>`;
}
