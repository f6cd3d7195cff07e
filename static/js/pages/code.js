/** Code: have it sent, type it; what was typed stays until it is right or a new code is on its way. */

import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { CodePage } from "../ui/code-page.js";

const element = new CodePage();
const page = await openPage("code", element);

/** @param {string} code */
const refusedAs = (code) => element.refusal?.code === code;

/** @param {() => Promise<customer.CustomerView>} work */
async function act(work) {
  element.refusal = null;
  const view = await page.act(work);
  element.wrong = refusedAs("code-wrong");
  if (!view) await page.refresh().catch(() => undefined); // the tries that are left
  await element.updateComplete;
  element.querySelector("input")?.focus();
  return view;
}

element.addEventListener("send", async (event) => {
  const by = /** @type {CustomEvent<"sms" | null>} */ (event).detail;
  if (await act(() => customer.sendCode(by))) element.digits = "";
});
element.addEventListener("confirm", (event) => act(() => customer.confirmCode(/** @type {CustomEvent<string>} */ (event).detail)));
