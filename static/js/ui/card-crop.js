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
  number: { side: "front", box: [250, 195, 420, 70] },
  full_name: { side: "front", box: [250, 255, 500, 75] },
  birth_date: { side: "front", box: [250, 320, 470, 45] },
  sex: { side: "front", box: [250, 355, 290, 45] },
  nationality: { side: "front", box: [500, 355, 330, 45] },
  origin: { side: "front", box: [250, 390, 560, 75] },
  residence: { side: "front", box: [250, 450, 590, 85] },
  expiry_date: { side: "front", box: [30, 465, 225, 65] },
  issue_date: { side: "back", box: [250, 130, 420, 80] },
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
