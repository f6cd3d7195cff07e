/** Call: join, show and say what is asked, come back after a break, leave when it is over. */

import { AskedStill } from "../call/asked-still.js";
import { devices, looksAway, whenMended } from "../call/devices.js";
import { instructionOf, isShown, withNews } from "../call/movement.js";
import { Whereabouts } from "../call/place.js";
import { beSilent, hasVoice, isSilent, say as sayAloud, warmUp } from "../call/prompts.js";
import { CallSession } from "../call/session.js";
import { fit, takeInCall } from "../call/still.js";
import { stayAwake } from "../lib/awake.js";
import * as customer from "../lib/customer.js";
import { language, t } from "../lib/i18n.js";
import { openPage } from "../lib/page.js";
import { CallPage } from "../ui/call-page.js";

/** How long a caption and the outcome of a movement stand. */
const CAPTION_MS = 9_000;
const OUTCOME_MS = 2_500;
const SINCE = "ekyc.recording.";
const CHOSEN = "ekyc.devices";

const element = new CallPage();
const page = await openPage("call", element);
const session = new CallSession(customer.callPass, element.config.limits.rejoin_s);
const whereabouts = new Whereabouts();
const still = new AskedStill(customer.sendStill, customer.declineStill);
/** The camera was turned for a photograph, and is turned back after it. */
let turned = false;
let captionEnds = 0;
let outcomeEnds = 0;
let said = "";
let forget = () => {};

/** @param {string} text */
const say = (text) => sayAloud(text, language(), page.view?.slow_speech ?? false);

/** In words, and aloud where there is a voice; whether it was said. @param {string} key */
function tell(key) {
  element.caption = key;
  clearTimeout(captionEnds);
  captionEnds = setTimeout(() => (element.caption = ""), CAPTION_MS);
  return say(t(key));
}

/** Whether the notice was said; null while the server knows, or nothing was said. @type {boolean | null} */
let noticed = null;
/** The call is recorded: shown and said, and how it went is kept in the file. */
async function notice() {
  noticed = await tell("call.notice");
  tellNotice();
}

function tellNotice() {
  if (noticed !== null) customer.giveNotice(noticed).then(() => (noticed = null), () => undefined);
}

/** The clock runs from the first notice, over reloads and rejoins. @param {boolean} on */
function recording(on) {
  const key = SINCE + page.view?.call?.id;
  const since = Number(sessionStorage.getItem(key)) || Date.now();
  if (on && !element.recordingSinceMs) notice();
  element.recordingSinceMs = on ? since : 0;
  if (on) sessionStorage.setItem(key, String(since));
}

/** Digits are said one by one. @param {string} instruction @param {import("../call/movement.js").Movement} movement */
const aloud = (instruction, { number }) => [t(instruction), ...(number && instruction === "move.number" ? number : [])].join(" ");

/** @param {import("../call/movement.js").Movement} news */
function movement(news) {
  const state = news.state ?? "asked";
  const current = { ...news, state };
  element.movements = withNews(element.movements, current);
  element.voice = hasVoice(language()) ? (isSilent() ? "off" : "on") : null;
  if (!isShown(element.movement, current)) return;
  element.movement = current;
  clearTimeout(outcomeEnds);
  if (state !== "asked") outcomeEnds = setTimeout(() => (element.movement = null), OUTCOME_MS);
  const instruction = instructionOf(current);
  if (`${news.id} ${instruction}` !== said && instruction !== "move.hold") say(aloud(instruction, current));
  said = `${news.id} ${instruction}`;
}

/** Who else is in is shown by role, and said; so is a hold.
 * @param {{guests: import("../ui/guest-tile.js").Guest[], hold: boolean}} news */
function seated({ guests, hold }) {
  const before = element.guests.map(({ who }) => who);
  const come = guests.find(({ who }) => !before.includes(who));
  if (come) tell(`guest.joins.${come.who}`);
  if (hold && !element.held) tell("call.hold.text");
  element.guests = guests;
  element.held = hold;
}

/** The agent wishes for the other camera; turning it stays the customer's act. */
function flipAsked() {
  element.flipAsked = element.canFlip;
  if (element.canFlip) say(t("call.flip.asked"));
  else tell("call.flip.only");
}

function stillWished() {
  const before = still.wish;
  still.hear(page.view?.call?.still ?? null);
  if (still.wish && still.wish !== before) say(t(still.wish.view ? `view.${still.wish.view}` : `still.asked.${still.wish.of}`));
}

let codeSentAt = "";
/** Another code: what was typed of the one before is no use. */
function codeWished() {
  const code = page.view?.call?.code;
  const sentAt = code?.sent_at ?? "";
  if (sentAt === codeSentAt) return;
  codeSentAt = sentAt;
  element.digits = "";
  element.wrong = false;
  if (code) say(t(`call.code.title.${code.channel}`));
}

/** What the customer was last asked to authorise. @type {import("../ui/change-sheet.js").Asked | null} */
let change = null;
function changeWished() {
  const before = change;
  change = page.view?.call?.authorisation ?? null;
  if (!change || (before?.id === change.id && before.state === change.state)) return;
  if (change.state === "asked") say(t("change.asked"));
  else if (before?.id === change.id && change.state !== "shown") tell(`change.over.${change.state}`);
}

/** A document lies before the camera that looks away, where there is one. */
async function frame() {
  if (session.own.dark) session.own.darken(false);
  if (still.wish?.of === "document" && element.canFlip && !looksAway(session.own.stream)) {
    turned = true;
    await session.own.flip();
  }
  if (still.wish?.of === "face" && turned && looksAway(session.own.stream)) {
    turned = false;
    await session.own.flip();
  }
  still.happened("open");
}

async function takePhotograph() {
  const video = /** @type {HTMLVideoElement | null} */ (element.querySelector(".self video"));
  const [track] = session.own.stream?.getVideoTracks() ?? [];
  if (!video?.videoWidth || !track || still.step !== "framing") return;
  const { still_bytes, photo_long_side_px, still_timer_s } = element.config.limits;
  if (still.wish?.view && !(await still.countDown(still_timer_s))) return;
  still.happened("take");
  const picture = await takeInCall(video, track)
    .then((taken) => fit(taken, still_bytes, photo_long_side_px))
    .catch(() => null);
  if (picture) still.show(picture);
  else still.happened("missed");
}

/** @type {Record<string, (message: any) => void>} */
const HEARD = {
  movement,
  recording: ({ on }) => recording(on),
  sequence: (news) => (element.sequence = news.state === "running" ? news : null),
  line: (message) => (element.steps = { ...element.steps, [message.party]: message.step }),
  place: (message) => (element.place = message),
  quality: (message) => message.party === "customer" && (element.quality = message),
  flip: () => flipAsked(),
  guests: (message) => seated(message),
  transferred: () => (element.handedOver = true),
  dropped: ({ seconds_left: left }) => (element.secondsLeft = left),
};

/** Where this device is, for the agent and the recording: once the line is up, and whenever it is news. */
function tellPlace() {
  if (whereabouts.place) session.send({ type: "place", ...whereabouts.place });
  const label = session.own.stream?.getVideoTracks()[0]?.label;
  if (label) session.send({ type: "device", label: label.slice(0, 200) });
}

/** Given once, it is said again at every rejoin: a line that broke that moment must not swallow it. */
let signed = false;
function tellSign() {
  if (signed) session.send({ type: "sign" });
}

/** The browser asks the customer itself; that happens only after the consent. */
function locate() {
  const decimals = page.view?.call?.place_decimals ?? null;
  if (decimals !== null) whereabouts.begin(decimals);
  tellPlace();
}

async function sound() {
  await element.updateComplete;
  const video = element.querySelector("video");
  element.soundless = await (video?.play() ?? Promise.resolve()).then(() => false, (error) => error.name === "NotAllowedError");
}

/** Where the application went after the call; the server decides, perhaps a moment later. */
async function over() {
  await page.refresh().catch(() => undefined);
  if (!page.left) setTimeout(over, 1000);
}

session.addEventListener("change", async () => {
  const { state, remote, missing } = session;
  const { stream: own, muted, dark, hold } = session.own;
  const before = element.state;
  Object.assign(element, { state, own, remote, pairs: session.pairs, missing, muted, dark, away: looksAway(own), taken: hold.trouble });
  if (state === before) return;
  forget();
  if (state !== "live") element.movement = element.sequence = null;
  if (state === "lost") element.steps = {}; // told again at the next join
  if (state === "live") element.handedOver = false;
  if (state === "live") await sound();
  if (state === "over") await over();
  if (state === "blocked" && missing) forget = whenMended(missing, start);
  if (own) element.canFlip = (await devices()).cameras.length > 1;
});
session.addEventListener("message", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  HEARD[detail.type]?.(detail);
});
setInterval(() => {
  const left = session.state === "lost" ? (session.deadlineMs - performance.now()) / 1000 : (element.secondsLeft ?? 0) - 1;
  element.secondsLeft = session.state === "lost" || session.state === "partner" ? Math.max(0, Math.round(left)) : null;
}, 1000);

const start = () => session.start(JSON.parse(sessionStorage.getItem(CHOSEN) ?? "{}"));
element.addEventListener("again", start);
element.addEventListener("mute", () => session.own.mute(!session.own.muted));
element.addEventListener("darken", () => session.own.darken(!session.own.dark));
element.addEventListener("flip", () => {
  element.flipAsked = false;
  session.own.flip();
});
element.addEventListener("later", () => (element.flipAsked = false));
element.addEventListener("take-back", () => session.own.hold.takeBack());
element.addEventListener("sound", sound);
element.addEventListener("voice", () => {
  beSilent(!isSilent());
  element.voice = isSilent() ? "off" : "on";
});
element.addEventListener("still-open", frame);
element.addEventListener("still-take", takePhotograph);
element.addEventListener("still-again", () => still.happened("again"));
element.addEventListener("still-send", () => still.send());
element.addEventListener("still-later", () => still.decline());
still.addEventListener("change", () => element.version++);
still.addEventListener("over", () => {
  if (turned && looksAway(session.own.stream)) session.own.flip();
  turned = false;
});
element.addEventListener("give-code", async (event) => {
  element.refusal = null;
  const given = await page.act(() => customer.confirmCallCode(/** @type {CustomEvent<string>} */ (event).detail));
  element.wrong = element.refusal !== null;
  if (given) element.digits = "";
  else await page.refresh().catch(() => undefined); // the tries that are left
});
element.addEventListener("show-change", () => page.act(customer.showChange));
element.addEventListener("decline-change", () => page.act(customer.declineChange));
page.addEventListener("view", changeWished);
page.addEventListener("view", codeWished);
page.addEventListener("view", stillWished);
element.addEventListener("hang-up", () => {
  session.leave();
  page.act(customer.hangUp);
});
page.addEventListener("leave", () => {
  whereabouts.end();
  session.finish();
});
session.addEventListener("up", locate);
session.addEventListener("up", tellSign);
session.addEventListener("up", tellNotice);
element.addEventListener("sign", () => {
  signed = true;
  tellSign();
});
whereabouts.addEventListener("change", tellPlace);

if (page.view) {
  warmUp();
  stayAwake();
  element.still = still;
  stillWished();
  codeWished();
  changeWished();
  await start();
}
