/** The demo's first page. */

import { ask } from "../lib/api.js";
import { openDemoPage } from "../lib/demo-page.js";
import { DemoIndex } from "../ui/demo-pages.js";

const element = new DemoIndex();
await openDemoPage(element, "demo.title");
element.accounts = await ask("GET", "/api/demo/staff").catch(() => null);
element.atHome = element.accounts !== null;
