/** What is worth jumping to in a recording: movements as bands, other events as marks; pure. */

/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */
/** @typedef {import("../lib/staff.js").Call} Call */
/** @typedef {import("../lib/staff.js").FileEvent} FileEvent */

/** Events that say something about the recording; movements have their own lane. */
const TOLD = new Set(["call.live", "call.dropped", "call.resumed", "call.switched", "call.stepped", "camera.asked", "place.told", "question.passed", "question.failed", "sign.given", "signals.cleared", "still.taken", "still.declined", "still.passed", "still.failed", "recording.interrupted", "checklist.ticked", "note.written", "decision.made"]);

/** Events of one call: what has a second in it and happened between its ring and its end.
 * @param {CustomerFile} file @param {Call} call @returns {(FileEvent & {call_s: number})[]} */
export function marksOf(file, call) {
  const from = Date.parse(call.live_at ?? call.rang_at);
  const until = call.ended_at ? Date.parse(call.ended_at) : Infinity;
  return /** @type {(FileEvent & {call_s: number})[]} */ (
    file.timeline.filter(({ name, at, call_s }) => call_s !== null && TOLD.has(name) && Date.parse(at) >= from && Date.parse(at) <= until)
  );
}

const STEPS_S = [10, 15, 30, 60, 120, 300];
/** More figures would touch each other on a phone. */
const MOST = 6;

/** Where figures stand under a recording. @param {number} length_s */
export function ticks(length_s) {
  const step = STEPS_S.find((one) => length_s / one < MOST) ?? 600;
  return Array.from({ length: Math.floor(length_s / step) + 1 }, (_, at) => at * step);
}
