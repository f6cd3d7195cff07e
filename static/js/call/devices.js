/** Camera and microphone: asked for once, refused by name. */

/** @typedef {"insecure" | "old" | "denied" | "none" | "busy" | "unknown"} Failure */

/** What the picture is asked to be in a call: enough for a face and a card, little enough for 4G. */
const CALL_VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
/** For photographs of a card the most the camera gives. */
const STILL_VIDEO = { width: { ideal: 3840 }, height: { ideal: 2160 }, facingMode: { ideal: "environment" } };
const CALL_AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** @type {Record<string, Failure>} Names of https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
const FAILURES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** A device that cannot be had: which, and why. */
export class DeviceMissing extends Error {
  /** @param {Failure} failure @param {"camera" | "microphone"} device */
  constructor(failure, device = "camera") {
    super(`${device} ${failure}`);
    this.failure = failure;
    this.device = device;
  }
}

/** @param {MediaStreamConstraints} wanted */
async function open(wanted) {
  if (!isSecureContext) throw new DeviceMissing("insecure");
  if (!navigator.mediaDevices) throw new DeviceMissing("old");
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    const failure = FAILURES[/** @type {DOMException} */ (error).name] ?? "unknown";
    const { cameras, microphones } = await devices();
    const silent = wanted.audio && wanted.video && cameras.length > 0 && microphones.length === 0;
    throw new DeviceMissing(failure, silent ? "microphone" : "camera");
  }
}

/** What brings a device back, by why it was missing; the browser says so by itself. Denied: allowed in the
 * browser's settings. None: plugged in. Busy: the other app was closed, and the customer is back here.
 * @param {DeviceMissing} missing @param {() => void} again
 * @returns {() => void} Stops listening. */
export function whenMended({ failure, device }, again) {
  const ear = new AbortController();
  const { signal } = ear;
  const mended = () => {
    ear.abort();
    again();
  };
  if (failure === "none") navigator.mediaDevices.addEventListener("devicechange", mended, { signal });
  if (failure === "busy") document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && mended(), { signal });
  if (failure === "denied") watchPermission(device, mended, signal);
  return () => ear.abort();
}

/** Browsers that cannot be asked leave the button. @param {"camera" | "microphone"} device @param {() => void} mended @param {AbortSignal} signal */
async function watchPermission(device, mended, signal) {
  /** @param {string} name */
  const ask = (name) => navigator.permissions?.query({ name: /** @type {PermissionName} */ (name) }).catch(() => null) ?? null;
  const asked = await Promise.all([ask(device), ask(device === "camera" ? "microphone" : "camera")]);
  for (const status of asked) status?.addEventListener("change", () => asked[0]?.state === "granted" && mended(), { signal });
}

/** Why a device could not be had. @param {unknown} error */
export const failureOf = (error) => missing(error).failure;

/** Which device could not be had, and why. @param {unknown} error */
export const missing = (error) => (error instanceof DeviceMissing ? error : new DeviceMissing("unknown"));

/** @typedef {{camera?: string, microphone?: string, facing?: "user" | "environment"}} Choice Device ids; facing when none is chosen. */

/** @param {Choice} choice */
export function cameraWanted({ camera, facing = "user" }) {
  return { ...CALL_VIDEO, ...(camera ? { deviceId: { exact: camera } } : { facingMode: { ideal: facing } }) };
}

/** Camera and microphone for a call. @param {Choice} [choice] */
export function openCall(choice = {}) {
  const { microphone } = choice;
  return open({ video: cameraWanted(choice), audio: { ...CALL_AUDIO, ...(microphone ? { deviceId: { exact: microphone } } : {}) } });
}

/** The camera alone. @param {Choice} choice */
export const openCamera = (choice) => open({ video: cameraWanted(choice), audio: false });

/** For a photograph in a call the camera gives its most for a moment. @param {MediaStreamTrack} track */
export const atItsBest = (track) => track.applyConstraints({ width: STILL_VIDEO.width, height: STILL_VIDEO.height }).catch(() => undefined);
/** Back to what a call needs. @param {MediaStreamTrack} track */
export const asInACall = (track) => track.applyConstraints(CALL_VIDEO).catch(() => undefined);

/** The camera for photographs of a card. @param {string} [camera] Its id; empty: the one that looks away. */
export const openStill = (camera = "") => open({ video: camera ? { ...STILL_VIDEO, facingMode: undefined, deviceId: { exact: camera } } : STILL_VIDEO, audio: false });

/** @param {MediaStream | null | undefined} stream */
export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What can be chosen; names are known only after permission. */
export async function devices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  /** @param {MediaDeviceKind} kind */
  const of = (kind) => all.filter((device) => device.kind === kind);
  return { cameras: of("videoinput"), microphones: of("audioinput") };
}

/** The preview is mirrored unless the camera looks away from the customer. @param {MediaStream | null} stream */
export const looksAway = (stream) => stream?.getVideoTracks()[0]?.getSettings().facingMode === "environment";
