/** What the desk page shows, decided from what the server says; pure. */

/** @typedef {import("../lib/staff.js").Desk} Desk */
/** @typedef {import("../lib/staff.js").Movement} Movement */
/** @typedef {import("../lib/staff.js").CustomerFile} CustomerFile */
/** @typedef {import("../lib/staff.js").Direction} Direction */
/** @typedef {"idle" | "ringing" | "asked" | "call" | "guest" | "wrap-up"} Scene asked, guest: into, or in, a colleague's call. */

/** What an approval usually needs, in the order of the buttons; "front" is an aid. @type {readonly Direction[]} */
export const NEEDED = ["left", "right", "up", "down"];
/** Beside the turns: measured in the face, or heard. @type {readonly Direction[]} */
export const OTHERS = ["eyes", "smile", "closer", "number"];
/** States an agent may choose. */
export const CHOICES = /** @type {const} */ (["available", "break", "meeting", "training", "offline"]);

/** @param {Desk} desk @returns {Scene} */
export function sceneOf(desk) {
  if (desk.state === "in_call" && desk.call) return "call";
  if (desk.state === "ringing" && desk.call) return "ringing";
  if (desk.guest) return desk.guest.state === "in" ? "guest" : "asked";
  return desk.state === "wrap_up" ? "wrap-up" : "idle";
}

/** All movements that count for the verdict, in the order they were asked: those of the latest call. @param {CustomerFile} file */
export const movementsOf = ({ calls }) => calls.at(-1)?.movements ?? [];

/** Photographs asked for in these calls. @param {{stills: import("../lib/staff.js").Still[]}[]} calls */
export const stillsOf = (calls) => calls.flatMap(({ stills }) => stills);

/** Those that were taken, as pictures of the file. @param {import("../lib/staff.js").Still[]} stills
 * @returns {import("../lib/staff.js").Photograph[]} */
export const asPhotographs = (stills) =>
  stills.flatMap(({ id, of, view, url, taken_at }) =>
    url && taken_at ? [{ id, side: view ?? of, state: "accepted", origin: "call", current: true, taken_at, faults: [], url }] : [],
  );

/** The customer has said that the form is right. @param {CustomerFile} file */
export const isConfirmed = ({ stages }) => stages.some(({ stage }) => stage === "confirmed");

/** The note can still be written. @param {CustomerFile} file */
export const isOpen = ({ stage }) => stage === "confirmed" || stage === "waiting" || stage === "in_call";

/** The one that counts for a direction: a passed one if there is any, else the newest.
 * @param {Movement[]} movements @param {Direction} direction @returns {Movement | undefined} */
export function standing(movements, direction) {
  const asked = movements.filter((movement) => movement.direction === direction);
  const newest = asked.at(-1);
  return newest?.state === "asked" ? newest : asked.findLast(({ state }) => state === "passed") ?? newest;
}

/** What an approval needs in the latest call. @param {CustomerFile} file @returns {readonly Direction[]} */
export const neededOf = ({ calls }) => calls.at(-1)?.needed ?? NEEDED;

/** The random sequence asked for last in the latest call. @param {CustomerFile} file */
export const sequenceOf = ({ calls }) => calls.at(-1)?.sequences.at(-1) ?? null;

/** How many of the needed directions are passed; a whole sequence stands for all that is measured.
 * @param {CustomerFile} file */
export function passedCount(file) {
  const call = file.calls.at(-1);
  const whole = call?.sequences.some(({ state, equivalent }) => state === "passed" && equivalent === call.equivalent) ?? false;
  const made = (/** @type {Direction} */ direction) => standing(movementsOf(file), direction)?.state === "passed" || (whole && direction !== "number");
  return neededOf(file).filter(made).length;
}
