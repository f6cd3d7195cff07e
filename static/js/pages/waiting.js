/** Waiting: keep the place, signal the turn, and go to the call. */

import { chime } from "../call/prompts.js";
import { stayAwake } from "../lib/awake.js";
import * as customer from "../lib/customer.js";
import { t } from "../lib/i18n.js";
import { openPage } from "../lib/page.js";
import { isRung, isTurn, WaitingPage } from "../ui/waiting-page.js";

const SIGNALS = "ekyc.signals";
/** How long "your turn" stands before the call page, where camera and microphone open. */
const TURN_MS = 1500;
const RING_EVERY_MS = 3000;

const element = new WaitingPage();
element.signals = { ...element.signals, ...JSON.parse(localStorage.getItem(SIGNALS) ?? "{}") };
const sound = new AudioContext();
addEventListener("pointerdown", () => sound.resume(), { capture: true }); // browsers keep sound off until a touch

let answered = false;

function ring() {
  if (element.signals.sound) chime(sound);
  if (element.signals.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
}

function signalTurn() {
  if (element.turn) return;
  element.turn = true;
  document.title = t("waiting.called.window");
  ring();
}

const page = await openPage("waiting", element);
stayAwake();

page.farewell = (to) => {
  if (to !== "call" || answered) return;
  signalTurn();
  return new Promise((resolve) => setTimeout(resolve, TURN_MS));
};
/** An appointment rings until it is answered, not once. */
setInterval(() => page.view && isRung(page.view) && ring(), RING_EVERY_MS);
element.addEventListener("answer", async () => {
  answered = (await page.act(customer.answer)) !== null;
});
element.addEventListener("postpone", () => page.act(customer.postpone));
element.addEventListener("decline", () => page.act(customer.decline));
page.addEventListener("view", () => {
  if (page.view && isTurn(page.view)) signalTurn();
  else if (element.turn) {
    element.turn = false; // the agent did not answer: first in the queue again
    page.nameWindow();
  }
});
element.addEventListener("signal", (event) => {
  element.signals = { ...element.signals, .../** @type {CustomEvent} */ (event).detail };
  localStorage.setItem(SIGNALS, JSON.stringify(element.signals));
  sound.resume();
  if (/** @type {CustomEvent} */ (event).detail.sound) chime(sound);
});
element.addEventListener("leave-queue", () => page.act(customer.leaveQueue));
element.addEventListener("tell-me", async () => {
  await page.act(customer.tellMe);
  element.querySelector("h1")?.focus();
});
element.addEventListener("come-back", () => page.act(customer.comeBack));
