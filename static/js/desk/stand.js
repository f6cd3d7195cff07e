/** Where the agent's end of a call stands: a pure function of what happened. */

/**
 * @typedef {"devices" | "blocked" | "joining" | "alone" | "live" | "gone" | "lost" | "elsewhere" | "over"} Stand
 * devices: asking for camera and microphone · blocked: not given · joining: on the way in ·
 * alone: in, the customer is not yet · live: both there · gone: the customer's line is down ·
 * lost: our own line is down · elsewhere: another page took the place · over: the call has ended.
 */
/**
 * @typedef {"devices.opened" | "devices.refused" | "again" | "media.up" | "media.down"
 *   | "customer.here" | "customer.gone" | "replaced" | "call.ended"} Happening
 */

/** @type {Record<Stand, Partial<Record<Happening, Stand>>>} */
const NEXT = {
  devices: { "devices.opened": "joining", "devices.refused": "blocked", "call.ended": "over" },
  blocked: { again: "devices", "call.ended": "over" },
  joining: { "media.up": "alone", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  alone: { "customer.here": "live", "customer.gone": "gone", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  live: { "customer.gone": "gone", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  gone: { "customer.here": "live", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  lost: { "media.up": "alone", replaced: "elsewhere", "call.ended": "over" },
  elsewhere: { again: "devices", "call.ended": "over" },
  over: {},
};

/** What is not foreseen changes nothing. @param {Stand} stand @param {Happening} happening @returns {Stand} */
export const next = (stand, happening) => NEXT[stand][happening] ?? stand;
