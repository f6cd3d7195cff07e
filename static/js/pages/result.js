/** Result: shows the decision as soon as it is made; an incomplete file is taken up again here. */

import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { ResultPage } from "../ui/result-page.js";

const element = new ResultPage();
const page = await openPage("result", element);

element.addEventListener("resume", () => page.act(customer.resume));
