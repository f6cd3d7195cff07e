/** Rings while no page is open: shows what the server pushed, and opens its page when it is touched. */

/** A worker has no document; the checker knows pages only. @type {any} */
const worker = self;
const PAGES = "/c/";
/** On, off, on: milliseconds. */
const BUZZ = [400, 200, 400, 200, 400];

/** The customer's pages that are open in this browser. @returns {Promise<any[]>} */
async function pages() {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return open.filter((/** @type {any} */ page) => new URL(page.url).pathname.startsWith(PAGES));
}

/** Browsers end a subscription whose messages are not shown, so each is.
 * @param {{title: string, body: string, url: string, tag: string, ring: boolean}} message */
function show({ title, body, url, tag, ring }) {
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

/** The open page rings by itself and knows where it belongs; else the address in the message. @param {string} url */
async function open(url) {
  const [page] = await pages();
  if (page) return page.focus();
  return new URL(url).origin === worker.location.origin ? worker.clients.openWindow(url) : undefined;
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(show(event.data.json())));
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
