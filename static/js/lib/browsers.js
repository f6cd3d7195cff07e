/** Which browser this is, as far as it decides what a person has to touch. Pure: the name comes as an argument. */

/** @typedef {"ios" | "android" | "computer"} Platform */
/** @typedef {"zalo" | "messenger" | "facebook" | "instagram" | "tiktok" | "other"} App */

/** The apps people get links in; each names itself in its browser's name. @type {[App, RegExp][]} */
const APPS = [
  ["zalo", /\bZalo/i],
  ["messenger", /\bMessenger|FBAN\/Messenger|Orca-Android|MessengerForiOS/i],
  ["instagram", /\bInstagram/i],
  ["facebook", /\bFBAN|\bFBAV|\bFB_IAB/i],
  ["tiktok", /\bBytedanceWebview|musical_ly|\bTikTok|\btrill_/i],
  ["other", /\bLine\/|\bMicroMessenger|\bTelegram|\bViber|\bSnapchat|\bPinterest|\bLinkedInApp|; wv\)/i],
];

/** @param {string} agent `navigator.userAgent` @param {number} touches `navigator.maxTouchPoints` @returns {Platform} */
export function platformOf(agent, touches) {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return "ios"; // an iPad calls itself a Mac
  return /Android/.test(agent) ? "android" : "computer";
}

/** The app whose own window this is; null in a browser proper. @param {string} agent @returns {App | null} */
export function appOf(agent) {
  return APPS.find(([, mark]) => mark.test(agent))?.[0] ?? null;
}
