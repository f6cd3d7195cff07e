/** Booking: offer times, hold the one looked at, book it, move and cancel it. */

import { secondsUntil } from "../lib/clock.js";
import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { OWN_ZONE } from "../lib/zones.js";
import { BookingPage } from "../ui/booking-page.js";
import { canChoose } from "../ui/slot-picker.js";

const LOOK_EVERY_MS = 30_000;

const element = new BookingPage();
const page = await openPage("booking", element);

async function offer() {
  const { days, exact_min } = await customer.slots();
  element.days = days;
  element.exact = exact_min;
}

/** @param {Event} event */
const hold = async (event) => {
  await page.act(() => customer.hold(/** @type {CustomEvent<string>} */ (event).detail));
  await offer(); // whether it was held or somebody was faster
};

element.addEventListener("hold", hold);
element.addEventListener("book", async () => {
  const booked = await page.act(() => customer.book(OWN_ZONE));
  if (!booked) return offer();
  element.moving = false;
  element.querySelector("h1")?.focus();
});
element.addEventListener("move", async () => {
  await offer();
  element.moving = true;
});
element.addEventListener("keep", async () => {
  element.moving = false;
  await page.act(customer.letGo);
});
element.addEventListener("cancel", async () => {
  await page.act(customer.cancelBooking);
  await offer();
});
page.addEventListener("view", () => {
  if (!page.view?.appointment) element.moving = false;
  if (page.view?.ticket?.state === "matched") page.leave("waiting"); // who waits only looks at other times here
});

if (page.view) {
  await offer();
  const canCall = !page.view.decision && (page.view.prospect?.open ?? true); // the call about a result is booked
  if (canCall && (!element.days?.some(canChoose) || page.view.help.asked === "call")) element.when = "now";
  setInterval(async () => {
    const hold = page.view?.booking?.hold;
    const visible = document.visibilityState === "visible";
    // what awaits who calls now changes without news
    if (visible || (hold && secondsUntil(hold.until) === 0)) await page.refresh().catch(() => undefined);
    if (visible) await offer().catch(() => undefined);
  }, LOOK_EVERY_MS);
}
