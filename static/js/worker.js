/** Rings while no page is open: shows what the server pushed, and opens its page when it is touched. */

/** A worker has no document; the checker knows pages only. @type {any} */
const worker = self;
/** The pages it rings for: the customer's, or the staff's. */
const PAGES = new URL(worker.registration.scope).pathname;
const CUSTOMERS = "/c/";
/** On, off, on: milliseconds. */
const BUZZ = [400, 200, 400, 200, 400];

/** A page that is signed in says so within this time: milliseconds. */
const ANSWERS_MS = 1500;

/** The pages that are open in this browser. @returns {Promise<any[]>} */
async function pages() {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return open.filter((/** @type {any} */ page) => new URL(page.url).pathname.startsWith(PAGES));
}

/** Whether a page is the one an address leads to. @param {any} page @param {string} url */
const isAt = (page, url) => new URL(page.url).pathname === new URL(url).pathname;

/** Asks a page whether its session is still good: one that ran out would only say so.
 * @param {any} page @returns {Promise<any>} The page, or none in time. */
function alive(page) {
  return new Promise((found) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => found(page);
    setTimeout(() => found(null), ANSWERS_MS);
    page.postMessage("alive?", [port2]);
  });
}

/** Browsers end a subscription whose messages are not shown, so each is; but a quiet one where its page is looked at.
 * @param {{title: string, body: string, url: string, tag: string, ring: boolean, quiet?: boolean}} message */
async function show({ title, body, url, tag, ring, quiet }) {
  const isLookedAt = (/** @type {any} */ page) => page.visibilityState === "visible" && isAt(page, url);
  if (quiet && (await pages()).some(isLookedAt)) return undefined;
  return worker.registration.showNotification(title, {
    body,
    tag,
    renotify: true,
    requireInteraction: ring,
    vibrate: ring ? BUZZ : undefined,
    icon: "/static/icon-192.png",
    badge: "/static/icon-badge.png",
    data: { url },
  });
}

/** A customer's open page rings by itself and knows where it belongs; of the staff's the one that is meant does. Else
 * the address in the message. @param {string} url */
async function open(url) {
  const near = (await pages()).filter((page) => PAGES === CUSTOMERS || isAt(page, url));
  const page = (await Promise.all(near.map(alive))).find(Boolean);
  if (page) return page.focus();
  return new URL(url).origin === worker.location.origin ? worker.clients.openWindow(url) : undefined;
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(show(event.data.json())));
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
