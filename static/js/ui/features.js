/** Where on each kind of document an agent looks, by what public rules say of it; pure. */

/** Left, top, width, height in millimetres. @typedef {[x: number, y: number, width: number, height: number]} Box */
/** `text` is `feature.<text>` in the catalogue. @typedef {{text: string, boxes: Box[]}} Mark */
/** @typedef {{side: "front" | "back", width: number, height: number, marks: Mark[]}} Drawing */

const CARD = { width: 85.6, height: 54 };
/** @type {Box} */
const PORTRAIT = [3.5, 16.5, 20, 30];
/** @type {Box} */
const ZONE = [3, 39, 79.6, 12.5];

/** Drawings by kind; other kinds have the general advice alone. @type {Record<string, Drawing[]>} */
export const DRAWINGS = {
  "cccd-2021": [
    {
      side: "front", ...CARD, marks: [
        { text: "emblem", boxes: [[3, 2.5, 12, 12]] },
        { text: "portrait-size", boxes: [PORTRAIT] },
        { text: "qr-front", boxes: [[67.5, 2.5, 15, 15]] },
        { text: "number", boxes: [[26, 17.5, 41, 5]] },
        { text: "expiry", boxes: [[3.5, 47.5, 22, 4.5]] },
      ],
    },
    {
      side: "back", ...CARD, marks: [
        { text: "issue-qr", boxes: [[3, 6.5, 44, 4.5]] },
        { text: "fingerprints", boxes: [[50, 6.5, 15, 22], [67, 6.5, 15, 22]] },
        { text: "chip", boxes: [[7, 20, 17, 14]] },
        { text: "zone-card", boxes: [ZONE] },
      ],
    },
  ],
  "can-cuoc-2024": [
    {
      side: "front", ...CARD, marks: [
        { text: "title-2024", boxes: [[28, 9, 40, 6]] },
        { text: "portrait-2024", boxes: [PORTRAIT] },
        { text: "fields-2024", boxes: [[26, 18, 56, 28]] },
      ],
    },
    {
      side: "back", ...CARD, marks: [
        { text: "residence-2024", boxes: [[3, 3, 55, 12]] },
        { text: "qr-back", boxes: [[64, 4, 18, 18]] },
        { text: "chip", boxes: [[7, 19, 17, 14]] },
        { text: "dates-2024", boxes: [[28, 19, 30, 10]] },
        { text: "zone-card", boxes: [ZONE] },
      ],
    },
  ],
  passport: [
    {
      side: "front", width: 125, height: 88, marks: [
        { text: "portrait-page", boxes: [[6, 18, 35, 45]] },
        { text: "fields-page", boxes: [[44, 18, 75, 45]] },
        { text: "zone-page", boxes: [[4, 69, 117, 15]] },
      ],
    },
  ],
  gplx: [
    {
      side: "front", ...CARD, marks: [
        { text: "portrait-card", boxes: [PORTRAIT] },
        { text: "fields-licence", boxes: [[26, 15, 56, 30]] },
      ],
    },
    {
      side: "back", ...CARD, marks: [
        { text: "classes", boxes: [[24, 4, 58, 45]] },
        { text: "qr-licence", boxes: [[3, 34, 16, 16]] },
      ],
    },
  ],
};

/** What holds of any document: a picture and `feature.<text>`. @type {readonly [picture: string, text: string][]} */
export const GENERAL = [["contrast", "tilt"], ["hand", "feel"], ["eye", "look"], ["scan-line", "compare"]];
