/** The server's clock: a phone that is minutes wrong must not shorten a countdown. */

let aheadMs = 0;

/** @param {string} iso The server's instant, just received. */
export function heardNow(iso) {
  aheadMs = Date.parse(iso) - Date.now();
}

export const nowMs = () => Date.now() + aheadMs;

/** Whole seconds until an instant, never below zero. @param {string} iso */
export const secondsUntil = (iso) => Math.max(0, Math.ceil((Date.parse(iso) - nowMs()) / 1000));

/** 2:05. @param {number} seconds */
export function minutesAndSeconds(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
