/** Capture: open the camera, take or upload a side, hear at once whether it is good. */

import { close, devices, missing as missingDevice, openStill, whenMended } from "../call/devices.js";
import { fit, takeStill } from "../call/still.js";
import { Watch } from "../capture/watch.js";
import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { CapturePage } from "../ui/capture-page.js";

const BY_ITSELF = "ekyc.auto";
/** A refusal stands so long, and until something else is before the camera. */
const READING_MS = 3000;
const OTHER_ABOVE = 8;
/** Nobody turns a document more slowly; one turned before the button was pressed is waited for no longer. */
const TURNING_MS = 4000;

const element = new CapturePage();
const page = await openPage("capture", element);
page.stays = (view) => view.page === "confirm"; // a good picture is looked at before the next step

const missing = () => element.sides.find((side) => page.view?.photographs[side]?.state !== "accepted");

let forget = () => {};

/** @param {MediaStreamTrack} track */
const hasTorch = (track) => Boolean(/** @type {{torch?: boolean} | undefined} */ (track.getCapabilities?.())?.torch);

/** Which of several cameras, once the customer chose. */
let camera = "";

async function openCamera() {
  if (element.stream) return;
  forget();
  element.failure = "";
  try {
    element.stream = await openStill(camera);
    const [track] = element.stream.getVideoTracks();
    element.torch = hasTorch(track) ? false : null;
    element.cameras = (await devices()).cameras.length;
    track.addEventListener("ended", () => {
      element.stream = null;
      element.failure = "busy"; // another app took the camera, or it was unplugged
    });
  } catch (error) {
    element.failure = missingDevice(error).failure;
    forget = whenMended(missingDevice(error), openCamera);
  }
}

/** Before the page is drawn anew: a picture that is gone cannot be shown. */
function drop() {
  if (element.shot) URL.revokeObjectURL(element.shot);
  element.shot = "";
}

/** @param {Blob} picture */
function show(picture) {
  drop();
  element.shot = URL.createObjectURL(picture);
}

/** A picture that cannot be taken is told as one that cannot be sent. @param {() => Promise<Blob>} taken @param {"camera" | "upload"} origin */
async function send(taken, origin) {
  const { side } = element;
  const before = page.view?.photographs;
  drop();
  element.checking = true;
  const view = await page.act(async () => {
    const picture = await taken();
    show(picture);
    return customer.sendPhotograph(side, origin, await fit(picture, element.config.limits.photo_max_bytes));
  });
  element.checking = false;
  if (!view) return rest(); // not the picture's fault: the trouble line says why
  if (view.photographs[side]?.state === "refused") {
    if (view.help.failed >= page.config.capture.failures) element.auto = false; // from now on the customer says when
    return rest();
  }
  element.retaking = false;
  drop();
  wasTaken = origin === "camera";
  const fresh = element.sides.find((one) => view.photographs[one]?.state === "accepted" && before?.[one]?.at !== view.photographs[one]?.at);
  if (fresh) element.side = fresh; // the other side was held before the camera, and kept
}

/** Whether the side just accepted may still be before the camera. */
let wasTaken = false;
let turnedAt = 0;

/** The other side is asked for, and not taken by itself before something else is seen. */
function turn() {
  element.turning = wasTaken && !isAccepted();
  wasTaken = false;
  turnedAt = performance.now();
  watch.mark();
}

let refusedAt = 0;

/** What was refused is told until it was read and something else is before the camera. */
function rest() {
  element.resting = true;
  refusedAt = performance.now();
  watch.mark();
}

const mayTakeItself = () => element.auto && !element.resting && !element.turning && !element.busy && element.scene(/** @type {customer.CustomerView} */ (page.view)) === "live";

/** @param {CustomEvent<import("../capture/watch.js").Guided>} event */
function guided({ detail }) {
  element.advice = detail.said;
  element.held = detail.held;
  const isOther = detail.away > OTHER_ABOVE;
  const now = performance.now();
  if (element.resting && isOther && now - refusedAt > READING_MS) element.resting = false;
  if (element.turning && (isOther || now - turnedAt > TURNING_MS)) element.turning = false;
}

function takeItself() {
  if (!mayTakeItself()) return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(30);
  take();
}

async function switchCamera() {
  const { cameras } = await devices();
  const now = element.stream?.getVideoTracks()[0].getSettings().deviceId;
  const at = cameras.findIndex(({ deviceId }) => deviceId === now);
  camera = cameras[(at + 1) % cameras.length]?.deviceId ?? "";
  close(element.stream);
  element.stream = null;
  await openCamera();
}

function switchAuto() {
  element.auto = !element.auto;
  sessionStorage.setItem(BY_ITSELF, String(element.auto));
}

function leave() {
  if (page.view) page.leave(page.view.page);
}

async function take() {
  const video = element.querySelector("video");
  const [track] = element.stream?.getVideoTracks() ?? [];
  if (!video?.videoWidth || !track || element.checking) return;
  await send(() => takeStill(video, track), "camera");
}

async function switchTorch() {
  const torch = !element.torch;
  await element.stream?.getVideoTracks()[0].applyConstraints({ advanced: [/** @type {MediaTrackConstraintSet} */ ({ torch })] });
  element.torch = torch;
}

const wasRefused = () => page.view?.photographs[element.side]?.state === "refused";
const isAccepted = () => page.view?.photographs[element.side]?.state === "accepted";

for (const anew of ["open", "turned"]) element.addEventListener(anew, drop);
element.addEventListener("open", openCamera);
element.addEventListener("turned", () => {
  element.resting = false;
  turn();
  if (wasRefused()) rest(); // it is told once more
  if (missing()) openCamera();
});
element.addEventListener("take", take);
element.addEventListener("upload", (event) => send(async () => /** @type {CustomEvent<File>} */ (event).detail, "upload"));
element.addEventListener("torch", switchTorch);
element.addEventListener("auto", switchAuto);
element.addEventListener("switch", switchCamera);
element.addEventListener("done", leave);
element.addEventListener("help", async (event) => {
  if (await page.act(() => customer.askHelp(/** @type {CustomEvent<"call" | "book" | "type">} */ (event).detail))) leave();
});
page.addEventListener("leave", () => {
  watch.stop();
  close(element.stream);
});

const watch = new Watch(element);
watch.addEventListener("guided", (event) => guided(/** @type {CustomEvent} */ (event)));
watch.addEventListener("held", takeItself);
element.auto = page.config.capture.auto && sessionStorage.getItem(BY_ITSELF) !== "false";
element.side = missing() ?? "front";
if (wasRefused()) rest();
if (missing() && page.view) await openCamera();
