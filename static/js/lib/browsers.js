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

/** What stands in the way of a video call before it begins: the app's own window, an address without TLS, an
 * old browser. @typedef {{kind: "insecure" | "old"} | {kind: "app", app: App}} Obstacle */

/**
 * @param {{agent: string, isSecure: boolean, hasCamera: boolean, hasCalls: boolean}} browser
 * `hasCamera`: pages may ask for one (`navigator.mediaDevices`); `hasCalls`: `RTCPeerConnection`.
 * @returns {Obstacle | null}
 */
export function obstacleOf({ agent, isSecure, hasCamera, hasCalls }) {
  if (!isSecure) return { kind: "insecure" };
  const app = appOf(agent);
  if (app) return { kind: "app", app };
  return hasCamera && hasCalls ? null : { kind: "old" };
}

/** @typedef {"safari-ios" | "chrome-ios" | "samsung" | "chrome-android" | "firefox" | "safari" | "chrome"} Guide */

/** Whose words to use when telling where a refused camera is allowed again.
 * @param {string} agent @param {number} touches @returns {Guide} */
export function guideOf(agent, touches) {
  const platform = platformOf(agent, touches);
  if (platform === "ios") return /CriOS|FxiOS|EdgiOS/.test(agent) ? "chrome-ios" : "safari-ios";
  if (/Firefox\//.test(agent)) return "firefox";
  if (platform === "android") return /SamsungBrowser/.test(agent) ? "samsung" : "chrome-android";
  return /Safari\//.test(agent) && !/Chrom/.test(agent) ? "safari" : "chrome";
}

/** An address that Android opens in Chrome itself; without Chrome it opens where links open. The fragment
 * stays: Android takes the last `#Intent;`. @param {string} address */
export function chromeAddress(address) {
  const { protocol, host, pathname, hash } = new URL(address);
  const fallback = encodeURIComponent(address);
  return `intent://${host}${pathname}${hash}#Intent;scheme=${protocol.slice(0, -1)};package=com.android.chrome;S.browser_fallback_url=${fallback};end`;
}
