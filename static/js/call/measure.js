/** What the device check looks at: the line to the server, the loudness of a voice, the light on a face. */

import { Line } from "./line.js";

/** So long media really run to the server before it is asked what it measured; longer until a picture came. */
const LISTEN_MS = 4_000;
const LISTEN_LONGEST_MS = 10_000;

/** @param {number[]} numbers */
const mean = (numbers) => (numbers.length ? numbers.reduce((sum, one) => sum + one, 0) / numbers.length : 0);

/** What came back in so many milliseconds; null when nothing did. @typedef {{kbps: number, loss: number}} Down */

/** Send media to the server as a call would, and get them back; the server measures what arrives there, we what arrives here. Ends when
 * it has seen enough, or the line is lost.
 * @param {import("../lib/customer.js").Entry} entry @param {MediaStream} own @returns {Promise<Down | null>} */
export function sendAsInACall(entry, own) {
  const line = new Line(entry, own);
  let pictures = false;
  let enough = false;
  let upAt = 0;
  return new Promise((resolve) => {
    const finish = async () => {
      const down = await cameBack(line.peer.connection, performance.now() - upAt).catch(() => null); // a closed line tells nothing
      line.close();
      resolve(down);
    };
    line.addEventListener("message", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      pictures ||= detail.type === "quality" && detail.fps > 0;
      if (pictures && enough) finish();
    });
    line.addEventListener("up", () => {
      upAt = performance.now();
      setTimeout(() => {
        enough = true;
        if (pictures) finish();
      }, LISTEN_MS);
      setTimeout(finish, LISTEN_LONGEST_MS);
    });
    line.addEventListener("down", finish);
  });
}

/** @param {RTCPeerConnection} connection @param {number} lasted_ms @returns {Promise<Down | null>} */
async function cameBack(connection, lasted_ms) {
  const inbound = [...(await connection.getStats()).values()].filter(({ type }) => type === "inbound-rtp");
  /** @param {string} name */
  const sum = (name) => inbound.reduce((all, stats) => all + (stats[name] ?? 0), 0);
  const received = sum("packetsReceived");
  if (!received || lasted_ms <= 0) return null;
  const lost = Math.max(0, sum("packetsLost")); // late duplicates make it negative
  return { kbps: (sum("bytesReceived") * 8) / lasted_ms, loss: lost / (received + lost) };
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
