/** Start: the link's token becomes a session, the consents are given. */

import { Refused } from "../lib/api.js";
import * as customer from "../lib/customer.js";
import { language } from "../lib/i18n.js";
import { openPage } from "../lib/page.js";
import { clearWay } from "../lib/way.js";
import { StartPage } from "../ui/start-page.js";

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

if (token || isSentBack) await clearWay(token && `/c/#${token}`);

const element = new StartPage();
const page = await openPage("start", element, token ? openSession : customer.application);

element.addEventListener("agree", (event) => {
  const { version } = /** @type {customer.CustomerView} */ (page.view).consents;
  page.act(() => customer.consent(/** @type {CustomEvent<string[]>} */ (event).detail, version, language()));
});
