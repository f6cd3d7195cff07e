/** What the device check looks at: the line to the server, the loudness of a voice, the light on a face. */

import { Line } from "./line.js";

/** So long media really run to the server before it is asked what it measured; longer until a picture came. */
const LISTEN_MS = 4_000;
const LISTEN_LONGEST_MS = 10_000;

/** @param {number[]} numbers */
const mean = (numbers) => (numbers.length ? numbers.reduce((sum, one) => sum + one, 0) / numbers.length : 0);

/** Send media to the server as a call would; the server measures what arrives. Ends when it has seen enough, or the line is lost.
 * @param {import("../lib/customer.js").Entry} entry @param {MediaStream} own @returns {Promise<void>} */
export function sendAsInACall(entry, own) {
  const line = new Line(entry, own);
  let pictures = false;
  let enough = false;
  return new Promise((resolve) => {
    const finish = () => {
      line.close();
      resolve();
    };
    line.addEventListener("message", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      pictures ||= detail.type === "quality" && detail.fps > 0;
      if (pictures && enough) finish();
    });
    line.addEventListener("up", () => {
      setTimeout(() => {
        enough = true;
        if (pictures) finish();
      }, LISTEN_MS);
      setTimeout(finish, LISTEN_LONGEST_MS);
    });
    line.addEventListener("down", finish);
  });
}

/** Loudness of a microphone, 0 to 1, as the ear has it. @param {AudioContext} context @param {MediaStream} own */
export function loudness(context, own) {
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(own).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(wave);
    const power = Math.sqrt(mean([...wave].map((sample) => sample * sample)));
    const decibel = 20 * Math.log10(Math.max(power, 1e-5));
    return Math.min(1, Math.max(0, (decibel + 60) / 50)); // -60 dB is a quiet room, -10 dB a loud voice
  };
}

/** Mean luminance of the picture, 0 to 255. @param {HTMLVideoElement} video */
export function brightness(video) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawing || !video.videoWidth) return null;
  drawing.drawImage(video, 0, 0, 32, 24);
  const { data } = drawing.getImageData(0, 0, 32, 24);
  /** @type {number[]} */
  const lumas = [];
  for (let at = 0; at < data.length; at += 4) lumas.push(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
  return mean(lumas);
}
