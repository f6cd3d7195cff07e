/** A small drawing by each fault of a photograph: what it looks like, so that a hurried reader sees what to do. */

import { html, svg } from "/static/vendor/lit.js";

const CARD = svg`<rect x="8" y="6" width="28" height="20" rx="3"></rect>`;
const PRINT = svg`<path class="faint" d="M19 13h12M19 18h9M12 12h3v6h-3z"></path>`;
const CROSS = svg`<path d="m31 20 8 8m0-8-8 8"></path>`;
const FACE = svg`<path d="M17 20a5 5 0 0 1 10 0"></path><circle cx="22" cy="12" r="3"></circle>`;
const SUN = svg`<circle cx="36" cy="7" r="3"></circle><path d="M36 1v1m0 10v1m6-6h-1m-10 0h-1m10-4-1 1m-6 6-1 1m8 0-1-1m-6-6-1-1"></path>`;

/** @type {Record<string, ReturnType<typeof svg>>} */
const PICTURES = {
  "unknown-document": svg`${CARD}<path d="M19 13a3 3 0 1 1 4 3l-1 1v1m0 3v.1"></path>`,
  "corner-missing": svg`<path d="M8 14V9a3 3 0 0 1 3-3h22a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H18"></path>${PRINT}<path d="M4 20l8 8m0-8-8 8"></path>`,
  "wrong-side": svg`<rect x="8" y="10" width="28" height="18" rx="3"></rect><path d="M12 5a22 10 0 0 1 20 0m0-4v4h-4"></path><path class="faint" d="M13 21h18M13 24h18"></path>`,
  "too-small": svg`<rect x="16" y="11" width="12" height="9" rx="2"></rect><path d="m8 6 5 3M36 6l-5 3M8 26l5-4m23 4-5-4"></path>`,
  "too-dark": svg`<rect class="full" x="8" y="6" width="28" height="20" rx="3"></rect><path d="M40 3v6m-3-3h6"></path>`,
  "too-bright": svg`${CARD}${SUN}`,
  blur: svg`<rect class="faint" x="6" y="4" width="28" height="20" rx="3"></rect><rect class="faint" x="10" y="8" width="28" height="20" rx="3"></rect>${PRINT}`,
  motion: svg`${CARD}<path d="M3 10h3M2 16h4M3 22h3m32-12h3m-3 6h4m-4 6h3"></path>${PRINT}`,
  glare: svg`${CARD}<path class="full" d="M22 6h9L17 26H9z"></path>`,
  "black-and-white": svg`${CARD}<path class="full" d="M22 6h11a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H22z"></path>`,
  screen: svg`<rect x="5" y="3" width="34" height="21" rx="2"></rect><rect class="faint" x="13" y="8" width="18" height="11" rx="2"></rect><path d="M16 29h12"></path>`,
  covered: svg`${CARD}${PRINT}<path class="full" d="M28 30V19a3 3 0 0 1 6 0v11z"></path>`,
  damaged: svg`<path d="M11 6h16l9 8v9a3 3 0 0 1-3 3H11a3 3 0 0 1-3-3V9a3 3 0 0 1 3-3z"></path><circle class="full" cx="15" cy="16" r="3"></circle>`,
  "wrong-kind": svg`${CARD}${FACE}${CROSS}`,
  "kinds-differ": svg`<rect x="3" y="6" width="18" height="14" rx="2"></rect><path d="M26 12h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H26z"></path>`,
  "two-fronts": svg`<rect x="3" y="5" width="20" height="15" rx="2"></rect><rect x="20" y="12" width="20" height="15" rx="2"></rect>${CROSS}`,
  "other-person": svg`<circle cx="15" cy="11" r="4"></circle><path d="M7 25a8 8 0 0 1 16 0"></path><circle class="faint" cx="31" cy="11" r="4"></circle><path class="faint" d="M27 19a8 8 0 0 1 12 6"></path>`,
  "cmnd-ended": svg`${CARD}${FACE}${CROSS}`,
  expired: svg`<path d="M8 8h28v18H8zM8 13h28M15 4v5m14-5v5"></path><path d="m18 17 8 6m0-6-8 6"></path>`,
  specimen: svg`${CARD}<path d="M12 23 32 9"></path>`,
};

/** @param {string} code @returns {ReturnType<typeof html> | undefined} */
export function faultPicture(code) {
  const picture = PICTURES[code];
  return picture && html`<svg class="fault" viewBox="0 0 44 32" aria-hidden="true">${picture}</svg>`;
}
