/** Wires the sign-in: password, then code, then on to the page that was asked for. */

import * as staff from "../lib/staff.js";
import { afterSignIn, openDoor } from "../lib/staff-page.js";
import { sentence } from "../lib/api.js";
import { StaffSignIn } from "../ui/staff-sign-in.js";

const page = new StaffSignIn();
let challenge = "";

/** @param {() => Promise<void>} work */
async function attempt(work) {
  page.busy = true;
  page.trouble = "";
  try {
    await work();
  } catch (error) {
    page.trouble = sentence(error);
    page.busy = false;
  }
}

page.addEventListener("password", (event) =>
  attempt(async () => {
    const { login, password } = /** @type {CustomEvent<{login: string, password: string}>} */ (event).detail;
    challenge = await staff.signIn(login, password);
    page.challenged = true;
    page.busy = false;
  }),
);
page.addEventListener("code", (event) =>
  attempt(async () => {
    const me = await staff.answerChallenge(challenge, /** @type {CustomEvent<string>} */ (event).detail);
    location.replace(afterSignIn(location.hash, me));
  }),
);
page.addEventListener("start-over", () => {
  page.challenged = false;
  page.trouble = "";
});
await openDoor("sign-in", page);
