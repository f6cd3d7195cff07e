/** One photograph from a running camera, as large as it gives, as a JPEG. */

const QUALITY = 0.92;
/** Some phones never answer takePhoto; then the picture of the stream must do. */
const PHOTO_TIMEOUT_MS = 4000;

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
 * server opens more formats than a browser. @param {Blob} blob @param {number} maxBytes */
export async function fit(blob, maxBytes) {
  if (blob.size <= maxBytes) return blob;
  const picture = await createImageBitmap(blob).catch(() => null);
  if (!picture) return blob;
  let smaller = blob;
  for (let scale = 1; smaller.size > maxBytes && scale > 0.2; scale *= Math.SQRT1_2) {
    smaller = await jpeg(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
  }
  return smaller;
}

/** @param {HTMLVideoElement} video @param {MediaStreamTrack} track */
export async function takeStill(video, track) {
  if ("ImageCapture" in globalThis) {
    const shot = await photo(track).catch(() => null);
    if (shot?.size) return shot;
  }
  return jpeg(video, video.videoWidth, video.videoHeight);
}
