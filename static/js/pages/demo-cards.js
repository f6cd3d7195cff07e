/** Specimen cards. */

import { ask } from "../lib/api.js";
import { openDemoPage } from "../lib/demo-page.js";
import { DemoCards } from "../ui/demo-cards.js";

const element = new DemoCards();
await openDemoPage(element, "cards.title");
element.cards = (await ask("GET", "/api/demo/cards")).cards;
