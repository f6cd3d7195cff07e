/** The demo's inbox. */

import { openDemoPage } from "../lib/demo-page.js";
import { DemoInbox } from "../ui/demo-pages.js";

await openDemoPage(new DemoInbox(), "demo.inbox.title");
