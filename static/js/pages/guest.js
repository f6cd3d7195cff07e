/** A guest who comes by a link: told what it is and that it is recorded, then in the call, and out again. */

import { Refused, sentence } from "../lib/api.js";
import { stayAwake } from "../lib/awake.js";
import * as customer from "../lib/customer.js";
import { openBefore } from "../lib/page.js";
import { AgentCall } from "../desk/agent-call.js";
import { GuestPage } from "../ui/guest-page.js";

/** The link's token stands in the fragment, which no server and no log sees. */
const token = location.hash.slice(1);
const element = new GuestPage();

/** A refused pass ends the waiting: the link is over, or the call is. @returns {Promise<import("../lib/customer.js").Entry>} */
async function pass() {
  try {
    return await customer.guestPass(token);
  } catch (error) {
    const isOver = error instanceof Refused && error.status < 500 && error.status !== 429; // too often: soon again
    if (isOver) over();
    throw error;
  }
}

function over() {
  element.call?.close();
  element.step = "over";
}

/** The link is no longer valid only where the server says so. */
async function look() {
  try {
    element.invitation = await customer.guestInvitation(token);
    element.step = "before";
  } catch (error) {
    const isOver = error instanceof Refused && error.status === 404;
    element.trouble = sentence(error);
    element.step = isOver ? "closed" : "unreached";
  }
}

function enter() {
  const call = new AgentCall(pass);
  call.isGuest = true;
  element.call = call;
  element.step = "in";
  call.addEventListener("changed", () => {
    element.version++;
    if (call.stand === "over") element.step = "over";
  });
  stayAwake();
  return call.open();
}

element.addEventListener("enter", enter);
element.addEventListener("retry", () => element.call?.open());
element.addEventListener("guest-leave", () => {
  element.call?.line?.send({ type: "leave" });
  over();
});
addEventListener("hashchange", () => location.reload());
openBefore(element, "guest");
await look();
