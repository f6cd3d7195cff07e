/** Prepare: public, in no session; whoever has a link or an invitation reads it before the call. */

import { Refused, sentence } from "../lib/api.js";
import * as customer from "../lib/customer.js";
import { openBefore } from "../lib/page.js";
import { PreparePage } from "../ui/prepare-page.js";

const element = new PreparePage();
openBefore(element, "prepare");
try {
  element.texts = await customer.preparation();
} catch (error) {
  element.refusal = error instanceof Refused ? error : null;
  element.trouble = sentence(error);
}
