/** Document: one choice, changed as often as the customer likes until the details are confirmed. */

import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { DocumentPage } from "../ui/document-page.js";

const element = new DocumentPage();
const page = await openPage("document", element);

element.addEventListener("choose", async (event) => {
  const { detail } = /** @type {CustomEvent<string>} */ (event);
  const view = await page.act(() => customer.chooseDocument(detail));
  if (view) page.leave(view.page);
});
