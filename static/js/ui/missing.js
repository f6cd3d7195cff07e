/** What still stands between a file and its approval, grouped as the page shows it; pure. */

/** @typedef {import("../lib/staff.js").Message} Message */

const GROUPS = /** @type {const} */ (["movement", "check"]);

/**
 * Movements and checklist items are counted, with the first of each to jump to; all else is said in words.
 * @param {Message[]} missing
 */
export function grouped(missing) {
  const counted = GROUPS.map((group) => ({ group, codes: missing.map(({ code }) => code).filter((code) => code.startsWith(`${group}-`)) }));
  const others = missing.filter(({ code }) => !GROUPS.some((group) => code.startsWith(`${group}-`)));
  return { counted: counted.filter(({ codes }) => codes.length), others };
}
