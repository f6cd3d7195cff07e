/** Start: the link's token becomes a session, the four consents are given. */

import * as customer from "../lib/customer.js";
import { language } from "../lib/i18n.js";
import { openPage } from "../lib/page.js";
import { StartPage } from "../ui/start-page.js";

/** The token stands in the fragment, which no server and no log sees; it leaves the address at once. */
const token = location.hash.slice(1);
if (token) history.replaceState(null, "", location.pathname);

const element = new StartPage();
const page = await openPage("start", element, token ? () => customer.openSession(token) : customer.application);

element.addEventListener("agree", (event) => {
  const { version } = /** @type {customer.CustomerView} */ (page.view).consents;
  page.act(() => customer.consent(/** @type {CustomEvent<string[]>} */ (event).detail, version, language()));
});
