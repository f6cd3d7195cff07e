/** Callback: the link's page, opened wherever the mail is read, in no session. */

import { Refused, sentence } from "../lib/api.js";
import * as customer from "../lib/customer.js";
import { language, useLanguage } from "../lib/i18n.js";
import { openBefore } from "../lib/page.js";
import { CallbackPage } from "../ui/callback-page.js";

/** The token stands in the fragment, which no server and no log sees. */
const token = location.hash.slice(1);
const element = new CallbackPage();

/** @param {unknown} error */
function refused(error) {
  element.refusal = error instanceof Refused ? error : null;
  element.trouble = sentence(error);
}

/** What the link is good for now. */
async function look() {
  try {
    element.linked = await customer.callbackLink(token);
  } catch (error) {
    refused(error);
  }
}

element.addEventListener("confirm", async (event) => {
  const digits = /** @type {CustomEvent<string>} */ (event).detail;
  element.trouble = "";
  element.busy = true;
  try {
    element.linked = await customer.confirmCallback(token, digits);
  } catch (error) {
    await look(); // the tries that are left
    refused(error);
    element.wrong = element.refusal?.code === "code-wrong";
  }
  element.busy = false;
  await element.updateComplete;
  element.querySelector("input")?.focus();
});
addEventListener("hashchange", () => location.reload());
openBefore(element, "callback");
await look();
const said = element.linked?.language;
if (said && said !== language()) await useLanguage(said);
