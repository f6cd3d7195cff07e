/** Precheck: open the devices, try each, show what the server measured, and call. Trying again needs no reload. */

import { close, devices, missing, openCall, whenMended } from "../call/devices.js";
import { brightness, loudness, sendAsInACall } from "../call/measure.js";
import { chime } from "../call/prompts.js";
import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { NOTHING_CHECKED, PrecheckPage } from "../ui/precheck-page.js";

const LOOK_EVERY_MS = 100;
/** A voice is this loud for so many looks (half a second in all); after so many without it we say so. */
const VOICE = 0.45;
const VOICE_LOOKS = 5;
const SILENT_LOOKS = 80;
/** Below this luminance our own photographs' gate refuses a picture as too dark. */
const DARK = 55;
const VERDICTS = /** @type {const} */ ({ ok: "ok", weak: "warn", blocked: "bad" });
/** The server forgets what it measured after a minute. */
const FRESH_MS = 45_000;
const CHOSEN = "ekyc.devices";

const element = new PrecheckPage();
const page = await openPage("precheck", element);
const sound = new AudioContext();
addEventListener("pointerdown", () => sound.resume(), { capture: true }); // browsers keep sound off until a touch
let looking = 0;
let forget = () => {};
/** The newest measurement of the line. @type {{down: import("../call/measure.js").Down | null, at: number} | null} */
let measured = null;

/** @param {Partial<import("../ui/precheck-page.js").Checks>} news */
function note(news) {
  element.checks = { ...element.checks, ...news };
}

/** Watch light and loudness for as long as the devices are open. @param {MediaStream} stream */
function watch(stream) {
  const loud = loudness(sound, stream);
  let looks = 0;
  let voiced = 0;
  looking = setInterval(() => {
    looks += 1;
    element.level = loud();
    if (element.level > VOICE) voiced += 1;
    if (voiced >= VOICE_LOOKS) note({ microphone: "ok" });
    else if (looks === SILENT_LOOKS) note({ microphone: "warn" });
    const video = looks % 10 === 5 ? element.querySelector("video") : null; // once a second is enough for light
    const light = video && brightness(video);
    if (light !== null) note({ light: light < DARK ? "warn" : "ok" });
  }, LOOK_EVERY_MS);
}

/** @param {import("../call/measure.js").Down | null} down */
async function save(down) {
  const { light, speaker } = element.checks;
  const seen = { light: light === "waiting" ? null : light === "ok", speaker: speaker === "ok" ? true : null };
  const { device_test: test } = await customer.savePrecheck({ camera: true, microphone: true, ...seen, down });
  element.line = test;
  note({ network: VERDICTS[test?.network ?? "blocked"] });
}

/** The chime was heard: told at once, while the server still knows what it measured. */
async function heard() {
  note({ speaker: "ok" });
  if (measured && performance.now() - measured.at < FRESH_MS) await save(measured.down).catch(() => undefined); // its saving stands already
}

/** @param {MediaStream} stream */
async function checkNetwork(stream) {
  note({ network: "checking" });
  try {
    const down = await sendAsInACall(await customer.precheckPass(), stream);
    if (stream !== element.stream) return; // another camera was chosen meanwhile
    await save(down); // before the button opens: the queue asks for it
    measured = { down, at: performance.now() };
  } catch (error) {
    note({ network: "bad" });
    await page.refused(error);
  }
}

function stop() {
  forget();
  clearInterval(looking);
  close(element.stream);
  element.stream = null;
}

async function check() {
  stop();
  element.failure = "";
  element.trouble = "";
  element.line = measured = null;
  element.checks = { ...NOTHING_CHECKED, speaker: element.checks.speaker };
  try {
    element.stream = await openCall(element.chosen);
  } catch (error) {
    const { failure, device } = missing(error);
    element.failure = failure;
    forget = whenMended(missing(error), check);
    return note(device === "camera" ? { camera: "bad" } : { camera: "ok", microphone: "bad" });
  }
  note({ camera: "ok", microphone: "checking" });
  element.devices = await devices();
  watch(element.stream);
  await checkNetwork(element.stream);
}

/** @param {Event} event */
function pick(event) {
  element.chosen = { ...element.chosen, .../** @type {CustomEvent} */ (event).detail };
  sessionStorage.setItem(CHOSEN, JSON.stringify(element.chosen));
  check();
}

element.addEventListener("again", check);
element.addEventListener("pick", pick);
element.addEventListener("chime", async () => {
  await sound.resume();
  chime(sound);
});
element.addEventListener("heard", heard);
element.addEventListener("call", () => page.act(customer.callNow));
element.addEventListener("tell-me", () => page.act(customer.tellMe));
page.addEventListener("leave", stop);
if (page.view) await check();
