/** Hand-over: on the computer the code and what comes of it, on the telephone the question whether to go on. */

import { Refused } from "../lib/api.js";
import * as customer from "../lib/customer.js";
import { addressOf, openBefore, openPage } from "../lib/page.js";
import { clearWay, forgetWay, platform } from "../lib/way.js";
import { HandoverPage } from "../ui/handover-page.js";
import { TakeOver } from "../ui/take-over.js";

/** The code's token stands in the fragment, which no server and no log sees; it is good for once. */
const token = location.hash.slice(1);

/** The step the computer stands at, also one the customer turned back to. @param {customer.CustomerView} view */
function sameStep({ page, handover }) {
  if (handover?.purpose === "photographs" && page === "confirm") return `${addressOf("capture")}?again`;
  return handover?.purpose === "call" && page === "booking" ? `${addressOf("precheck")}?again` : addressOf(page);
}

/** @returns {Promise<customer.CustomerView>} Never for who is taken on: the page is left. */
async function goOn() {
  try {
    const view = await customer.takeOver(token, platform());
    forgetWay();
    location.replace(sameStep(view));
    return await new Promise(() => {});
  } catch (error) {
    if (error instanceof Refused) history.replaceState(null, "", location.pathname); // it opens nothing any more
    throw error;
  }
}

async function onTelephone() {
  await clearWay(location.pathname + location.hash);
  await openBefore(new TakeOver(), "handover");
  await openPage("handover", new HandoverPage(), goOn);
}

async function onComputer() {
  const element = new HandoverPage();
  const page = await openPage("handover", element);
  let isAway = page.view?.handover?.state === "taken";

  const make = () =>
    page.act(async () => {
      const { picture } = await customer.offerHandover();
      if (element.picture) URL.revokeObjectURL(element.picture);
      element.picture = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
      return customer.application();
    });

  page.addEventListener("view", () => {
    const state = page.view?.handover?.state;
    if (isAway && page.view && state !== "taken") page.leave(page.view.page);
    isAway ||= state === "taken";
  });
  element.addEventListener("make", make);
  element.addEventListener("take-back", () => page.act(customer.takeBack));
  if (page.view && !isAway) await make();
}

addEventListener("hashchange", () => location.reload()); // another code, scanned into the same window
await (token ? onTelephone() : onComputer());
