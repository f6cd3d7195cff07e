/** Ringing on this device while no page is open: the browser's own subscription, told to the server. */

import * as customer from "./customer.js";

/** Whose pages ring: where they lie, and how the server is told. @typedef {{scope: "/c/" | "/staff/", subscribe: (endpoint: string, p256dh: string, auth: string) => Promise<unknown>, unsubscribe: (endpoint: string) => Promise<unknown>}} Place */
/** @type {Place} */
const CUSTOMER = { scope: "/c/", subscribe: customer.subscribe, unsubscribe: customer.unsubscribe };
const WORKERS = { "/c/": "/c/worker.js", "/staff/": "/staff/worker.js" };

/** `ask`: can be turned on; `install`: only once the page is on the home screen (iOS); `none`: never here.
 * @typedef {"none" | "install" | "ask" | "denied" | "on"} Ringing */

/** Under our policy a script's address must be vouched for. @param {Place["scope"]} scope @returns {string} */
function script(scope) {
  const trusted = /** @type {any} */ (window).trustedTypes;
  if (!trusted) return WORKERS[scope];
  policy ??= trusted.createPolicy("ekyc-worker", { createScriptURL: (/** @type {Place["scope"]} */ of) => WORKERS[of] });
  return policy.createScriptURL(scope);
}
/** @type {any} */
let policy;

/** iOS rings pages on the home screen only, and hides the parts from others. */
const isAppleTablet = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const isPossible = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** @param {Place["scope"]} scope @returns {Promise<PushSubscription | null>} */
async function current(scope) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** @param {string} key Base64url. */
const bytes = (key) => Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

/** A subscription made for another key of the server cannot be posted to any more. @param {PushSubscription} subscription @param {string} key */
function isFor({ options }, key) {
  const known = options.applicationServerKey;
  return !known || String(new Uint8Array(known)) === String(bytes(key));
}

/** A browser has one subscription, for whichever application it was turned on.
 * @param {PushSubscription | null} subscription @param {string} key @param {string[]} known @returns {Promise<boolean>} */
async function isKnown(subscription, key, known) {
  if (!subscription || !isFor(subscription, key)) return false;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  return known.includes([...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join(""));
}

/** Whether this device rings, or could. @param {string} key The server's; empty: nobody is rung.
 * @param {string[]} known SHA-256 of the addresses the server rings for whoever asks. @param {Place} [place] @returns {Promise<Ringing>} */
export async function state(key, known, place = CUSTOMER) {
  if (!key || !isSecureContext) return "none";
  if (!isPossible()) return isAppleTablet() ? "install" : "none";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && (await isKnown(await current(place.scope), key, known)) ? "on" : "ask";
}

/** Ask the person, subscribe, tell the server. Rejects where the browser has no push service to turn to.
 * @param {string} key @param {Place} [place] @returns {Promise<Ringing>} */
export async function turnOn(key, place = CUSTOMER) {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  await navigator.serviceWorker.register(script(place.scope), { scope: place.scope, updateViaCache: "none" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribed(pushManager, key);
  const { endpoint, keys } = subscription.toJSON();
  await place.subscribe(endpoint ?? "", keys?.p256dh ?? "", keys?.auth ?? "");
  return "on";
}

/** @param {PushManager} manager @param {string} key */
async function subscribed(manager, key) {
  const old = await manager.getSubscription();
  if (old && isFor(old, key)) return old;
  await old?.unsubscribe();
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/** Ring here no more: the server first, which would otherwise go on. @param {Place} [place] */
export async function turnOff(place = CUSTOMER) {
  const subscription = await current(place.scope);
  if (!subscription) return;
  await place.unsubscribe(subscription.endpoint);
  await subscription.unsubscribe();
}

/** A touched notification asks whether the session is still good before it opens another page; silence says no.
 * @param {() => Promise<boolean>} isAlive */
export function answerWorker(isAlive) {
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
    if (data === "alive?") isAlive().then((alive) => alive && ports[0].postMessage(""), () => undefined);
  });
}
