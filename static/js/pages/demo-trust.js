/** Trust: try the demo's HTTPS door; while the phone refuses it, show what to do. */

import { ask } from "../lib/api.js";
import { platformOf } from "../lib/browsers.js";
import { openDemoPage } from "../lib/demo-page.js";
import { TrustPage } from "../ui/trust-page.js";

/** A door that answers neither yes nor no is tried no longer than this. */
const ANSWER_MS = 5_000;

const element = new TrustPage();
await openDemoPage(element, "trust.window", { inbox: false });
element.facts = await ask("GET", "/api/trust");
element.platform = platformOf(navigator.userAgent, navigator.maxTouchPoints);
const door = `https://${location.hostname}:${element.facts.https_port}`;
/** The link's token came as the fragment, which no server sees, and goes on as one. */
element.next = location.hash ? `${door}/c/${location.hash}` : `${door}/demo/`;

/** The answer itself cannot be read from here; that there is one means the certificate is believed. */
async function check() {
  element.state = "checking";
  const options = /** @type {const} */ ({ mode: "no-cors", cache: "no-store" });
  const answer = fetch(`${door}/healthz`, { ...options, signal: AbortSignal.timeout(ANSWER_MS) });
  element.state = await answer.then(() => /** @type {const} */ ("trusted"), () => /** @type {const} */ ("refused"));
}

element.addEventListener("again", check);
// Back from the phone's settings.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && element.state === "refused" && check());
await check();
