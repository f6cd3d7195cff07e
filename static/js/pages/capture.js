/** Capture: open the camera, take or upload a side, hear at once whether it is good. */

import { close, missing as missingDevice, openStill, whenMended } from "../call/devices.js";
import { fit, takeStill } from "../call/still.js";
import * as customer from "../lib/customer.js";
import { openPage } from "../lib/page.js";
import { CapturePage, SIDES } from "../ui/capture-page.js";

const COUNTED = "ekyc.refusals";

const element = new CapturePage();
const page = await openPage("capture", element);
page.stays = (view) => view.page === "confirm"; // a good picture is looked at before the next step
element.refusals = { ...element.refusals, ...JSON.parse(sessionStorage.getItem(COUNTED) ?? "{}") };

const missing = () => SIDES.find((side) => page.view?.photographs[side]?.state !== "accepted");

let forget = () => {};

/** @param {MediaStreamTrack} track */
const hasTorch = (track) => Boolean(/** @type {{torch?: boolean} | undefined} */ (track.getCapabilities?.())?.torch);

async function openCamera() {
  if (element.stream) return;
  forget();
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
    forget = whenMended(missingDevice(error), openCamera);
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
  if (!view) return; // not the picture's fault: the trouble line says why
  if (view.photographs[side]?.state === "refused") return countRefusal(side);
  element.retaking = false;
  element.shot = "";
}

function leave() {
  if (page.view) page.leave(page.view.page);
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
  if (await page.act(() => customer.chooseDocument("other"))) leave();
});
page.addEventListener("leave", () => close(element.stream));

element.side = missing() ?? "front";
if (missing() && page.view) await openCamera();
