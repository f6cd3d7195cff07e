/** Drawn signs of how to hold what is photographed; pure. */

import { html, svg } from "/static/vendor/lit.js";

/** @typedef {import("../call/asked-still.js").View} View */

/** The card's four corners in perspective: the edge that goes away is the shorter one. @type {Record<string, string>} */
const CARDS = {
  level: "12,26 84,26 84,70 12,70",
  left: "20,34 82,22 82,74 20,62",
  right: "14,22 76,34 76,62 14,74",
  away: "22,30 74,30 88,68 8,68",
  near: "8,28 88,28 74,66 22,66",
  finger: "12,26 84,26 84,70 12,70",
};
/** Which way the card turns: from the middle of one edge to where it goes. @type {Record<string, string>} */
const ARROWS = {
  left: "M34 84c-12 0-22-3-26-10m0 0 9 1m-9-1-1 9",
  right: "M62 84c12 0 22-3 26-10m0 0-9 1m9-1 1 9",
  away: "M48 22V8m0 0-7 7m7-7 7 7",
  near: "M48 72v16m0 0-7-7m7 7 7-7",
};

/** What stands on the card: a portrait and three lines. */
const PRINT = svg`<circle class="ink" cx="29" cy="43" r="5"></circle><path class="ink" d="M20 60c1-7 5-9 9-9s8 2 9 9z"></path><path class="line" d="M48 40h24M48 48h24M48 56h15"></path>`;

/** A finger lies across the card. */
const FINGER = svg`<path class="skin" d="M96 56 60 46c-6-2-9 6-4 8l30 14z"></path>`;

/** A face, and a hand with its fingers before half of it. */
const FACE = svg`<ellipse class="paper" cx="44" cy="48" rx="27" ry="35"></ellipse><circle class="ink" cx="34" cy="42" r="3"></circle><path class="line" d="M34 66c6 4 14 4 19 0"></path>
  <path class="skin" d="M52 82V42c0-6 8-6 8 0v-8c0-6 8-6 8 0v2c0-6 8-6 8 0v10c0-5 7-5 7 0v22c0 8-5 14-13 14z"></path>`;

/** @param {View} view */
export const viewSign = (view) => html`<svg class="sign" data-sign=${view} viewBox="0 0 96 96" aria-hidden="true">
  ${view === "hand" ? FACE : svg`<polygon class="paper" points=${CARDS[view]}></polygon>${view === "level" || view === "finger" ? PRINT : svg`<path class="turn" d=${ARROWS[view]}></path>`}`}
  ${view === "finger" ? FINGER : ""}</svg>`;
