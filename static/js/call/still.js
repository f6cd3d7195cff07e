/** One photograph from a running camera, as large as it gives, as a JPEG. */

import { asInACall, atItsBest } from "./devices.js";

const QUALITY = 0.92;
/** Some phones never answer takePhoto; then the picture of the stream must do. */
const PHOTO_TIMEOUT_MS = 4000;
/** A camera that has not become larger after this will not. */
const LARGER_MS = 1500;

/** @param {CanvasImageSource} source @param {number} width @param {number} height @returns {Promise<Blob>} */
async function jpeg(source, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the picture could not be encoded");
  return blob;
}

/** @param {MediaStreamTrack} track @returns {Promise<Blob>} */
function photo(track) {
  const shot = new ImageCapture(track).takePhoto();
  const late = new Promise((_, reject) => setTimeout(reject, PHOTO_TIMEOUT_MS));
  return Promise.race([shot, late]);
}

/** Larger photographs are made smaller, by halves of area; a file we cannot open goes as it is: the
 * server opens more formats than a browser. @param {Blob} blob @param {number} maxBytes
 * @param {number} [longSide] In pixels; the server keeps no more of it. */
export async function fit(blob, maxBytes, longSide = Infinity) {
  if (blob.size <= maxBytes && longSide === Infinity) return blob;
  const picture = await createImageBitmap(blob).catch(() => null);
  if (!picture) return blob;
  const { width, height } = picture;
  const whole = Math.min(1, longSide / Math.max(width, height));
  /** @param {number} scale */
  const scaled = (scale) => jpeg(picture, Math.round(width * scale), Math.round(height * scale));
  let smaller = whole < 1 ? await scaled(whole) : blob;
  for (let scale = whole; smaller.size > maxBytes && scale > 0.2; scale *= Math.SQRT1_2) {
    smaller = await scaled(scale);
  }
  return smaller;
}

/** What the camera itself photographs, where the browser can ask it to. @param {MediaStreamTrack} track */
async function shotOf(track) {
  const shot = "ImageCapture" in globalThis ? await photo(track).catch(() => null) : null;
  return shot?.size ? shot : null;
}

/** @param {HTMLVideoElement} video @param {MediaStreamTrack} track */
export async function takeStill(video, track) {
  return (await shotOf(track)) ?? jpeg(video, video.videoWidth, video.videoHeight);
}

/** A photograph from the camera of a running call: larger than what the call sends.
 * @param {HTMLVideoElement} video @param {MediaStreamTrack} track */
export async function takeInCall(video, track) {
  const shot = await shotOf(track);
  if (shot) return shot;
  const larger = new Promise((resolve) => {
    video.addEventListener("resize", resolve, { once: true });
    setTimeout(resolve, LARGER_MS);
  });
  await atItsBest(track);
  await larger;
  return jpeg(video, video.videoWidth, video.videoHeight).finally(() => asInACall(track));
}
