/** What the call page shows: a pure function of where it stands and what happened. */

/**
 * @typedef {"devices" | "blocked" | "joining" | "alone" | "live" | "lost" | "partner" | "elsewhere" | "over"} State
 * devices: asking for camera and microphone · blocked: not given · joining: on the way in ·
 * alone: in, the agent is not yet · live: both there · lost: our own line is down ·
 * partner: the agent's line is down · elsewhere: another page took the place · over: the call has ended.
 */
/**
 * @typedef {"devices.opened" | "devices.refused" | "again" | "media.up" | "media.down"
 *   | "agent.here" | "agent.gone" | "replaced" | "call.ended" | "join.refused"} Happening
 */

/** @type {Record<State, Partial<Record<Happening, State>>>} */
const NEXT = {
  devices: { "devices.opened": "joining", "devices.refused": "blocked", "call.ended": "over" },
  blocked: { again: "devices", "call.ended": "over" },
  joining: { "media.up": "alone", "media.down": "lost", replaced: "elsewhere", "call.ended": "over", "join.refused": "over" },
  alone: { "agent.here": "live", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  live: { "agent.gone": "partner", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  lost: { "media.up": "alone", replaced: "elsewhere", "call.ended": "over", "join.refused": "over" },
  partner: { "agent.here": "live", "media.down": "lost", replaced: "elsewhere", "call.ended": "over" },
  elsewhere: { again: "devices", "call.ended": "over" },
  over: {},
};

/** What is not foreseen changes nothing. @param {State} state @param {Happening} happening @returns {State} */
export const next = (state, happening) => NEXT[state][happening] ?? state;

/** States in which sound and picture of the customer are on their way. @param {State} state */
export const isIn = (state) => state === "alone" || state === "live" || state === "partner";
