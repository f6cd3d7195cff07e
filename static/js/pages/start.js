/** Start: the link's token becomes a session, the consents are given. */

import { Refused } from "../lib/api.js";
import { obstacleOf, platformOf } from "../lib/browsers.js";
import * as customer from "../lib/customer.js";
import { language } from "../lib/i18n.js";
import { openPage, openWayOut } from "../lib/page.js";
import { StartPage } from "../ui/start-page.js";
import { WayOut } from "../ui/way-out.js";

/** Kept in this window only, and only where it cannot make a call: the way out needs it again. */
const KEPT = "ekyc.link";

/** The token stands in the fragment, which no server and no log sees; it leaves the address once it is answered. */
const token = location.hash.slice(1);
/** A page that got no camera in an app's window sends the customer back here. */
const isSentBack = new URLSearchParams(location.search).has("browser");
if (isSentBack) history.replaceState(null, "", location.pathname + location.hash);

const forgetToken = () => history.replaceState(null, "", location.pathname);

/** Until the server has answered for it, the link stays: without a network a reload tries it again. */
async function openSession() {
  try {
    const view = await customer.openSession(token);
    forgetToken();
    return view;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) forgetToken(); // it opens nothing any more
    throw error;
  }
}

const hasCamera = Boolean(navigator.mediaDevices);
const obstacle = obstacleOf({ agent: navigator.userAgent, isSecure: isSecureContext, hasCamera, hasCalls: "RTCPeerConnection" in window });
if (obstacle && (token || isSentBack)) {
  if (token) sessionStorage.setItem(KEPT, token);
  const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints);
  const wayOut = Object.assign(new WayOut(), { obstacle, platform, mayStay: obstacle.kind === "app" && hasCamera });
  await openWayOut(wayOut, token || (sessionStorage.getItem(KEPT) ?? ""));
}

const element = new StartPage();
const page = await openPage("start", element, token ? openSession : customer.application);

element.addEventListener("agree", (event) => {
  const { version } = /** @type {customer.CustomerView} */ (page.view).consents;
  page.act(() => customer.consent(/** @type {CustomEvent<string[]>} */ (event).detail, version, language()));
});
