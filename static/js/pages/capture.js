/** Capture: open the camera, take or upload a side, hear at once whether it is good. */

import { close, missing as missingDevice, openStill } from "../call/devices.js";
import { fit, takeStill } from "../call/still.js";
import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { CapturePage, SIDES } from "../ui/capture-page.js";

/** How long "the picture is good" stands before the next side. */
const DWELL_MS = 1100;
const COUNTED = "ekyc.refusals";

const element = new CapturePage();
const page = await openPage("capture", element);
element.refusals = { ...element.refusals, ...JSON.parse(sessionStorage.getItem(COUNTED) ?? "{}") };

const missing = () => SIDES.find((side) => page.view?.photographs[side]?.state !== "accepted");

/** @param {MediaStreamTrack} track */
const hasTorch = (track) => Boolean(/** @type {{torch?: boolean} | undefined} */ (track.getCapabilities?.())?.torch);

async function openCamera() {
  if (element.stream) return;
  element.failure = "";
  try {
    element.stream = await openStill();
    const [track] = element.stream.getVideoTracks();
    element.torch = hasTorch(track) ? false : null;
    track.addEventListener("ended", () => {
      element.stream = null;
      element.failure = "busy"; // another app took the camera, or it was unplugged
    });
  } catch (error) {
    element.failure = missingDevice(error).failure;
  }
}

/** @param {Blob} picture */
function show(picture) {
  if (element.shot) URL.revokeObjectURL(element.shot);
  element.shot = URL.createObjectURL(picture);
}

/** @param {customer.Side} side */
function countRefusal(side) {
  element.refusals = { ...element.refusals, [side]: element.refusals[side] + 1 };
  sessionStorage.setItem(COUNTED, JSON.stringify(element.refusals));
}

/** @param {Blob} picture @param {"camera" | "upload"} origin */
async function send(picture, origin) {
  const { side } = element;
  element.checking = true;
  show(picture);
  const small = await fit(picture, element.config.limits.photo_max_bytes);
  const view = await page.act(() => customer.sendPhotograph(side, origin, small));
  element.checking = false;
  if (!view || view.photographs[side]?.state === "refused") return countRefusal(side);
  accepted();
  setTimeout(() => page.left || goOn(side), DWELL_MS);
}

function accepted() {
  element.retaking = false;
  element.checking = false;
  element.shot = "";
}

/** After an accepted side: the next one, or the page after. @param {customer.Side} from */
function goOn(from) {
  const next = missing();
  if (next === undefined) leave();
  else if (element.side === from) element.turn(next);
}

function leave() {
  if (page.view && page.view.page !== "capture") page.leave(page.view.page);
}

async function take() {
  const video = element.querySelector("video");
  const [track] = element.stream?.getVideoTracks() ?? [];
  if (!video?.videoWidth || !track || element.checking) return;
  element.checking = true;
  await send(await takeStill(video, track), "camera");
}

async function switchTorch() {
  const torch = !element.torch;
  await element.stream?.getVideoTracks()[0].applyConstraints({ advanced: [/** @type {MediaTrackConstraintSet} */ ({ torch })] });
  element.torch = torch;
}

element.addEventListener("open", openCamera);
element.addEventListener("turned", () => missing() && openCamera());
element.addEventListener("take", take);
element.addEventListener("upload", (event) => send(/** @type {CustomEvent<File>} */ (event).detail, "upload"));
element.addEventListener("torch", switchTorch);
element.addEventListener("done", leave);
element.addEventListener("type", async () => {
  const view = await page.act(() => customer.chooseDocument("other"));
  if (view) page.leave(view.page);
});
page.addEventListener("leave", () => close(element.stream));
page.farewell = (_, view) => {
  if (!view || !element.checking) return;
  element.view = view;
  accepted();
  return new Promise((resolve) => setTimeout(resolve, DWELL_MS));
};

element.side = missing() ?? "front";
if (missing() && page.view) await openCamera();
