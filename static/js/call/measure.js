/** What the device check measures: the line to the server, the loudness of a voice, the light on a face. */

import { Line } from "./line.js";

/** @typedef {{network: "ok" | "weak" | "blocked", kbps: number, loss: number}} Network */

/** So long media really runs to the server before a verdict. */
const LISTEN_MS = 4_000;
/** A call stays understandable up to these (ITU-T G.114: 400 ms one way at most; Opus hides 5 % loss). */
const WEAK_LOSS = 0.05;
const WEAK_RTT_MS = 400;
const WEAK_KBPS = 80;

/** @param {number[]} numbers */
const mean = (numbers) => (numbers.length ? numbers.reduce((sum, one) => sum + one, 0) / numbers.length : 0);

/** @param {{kbps: number, loss: number, rtt_ms: number}[]} seconds One measurement a second. @returns {Network} */
export function judge(seconds) {
  if (!seconds.length) return { network: "blocked", kbps: 0, loss: 1 };
  const kbps = Math.round(mean(seconds.map((second) => second.kbps ?? 0)));
  const loss = mean(seconds.map((second) => second.loss ?? 0));
  const rttMs = mean(seconds.map((second) => second.rtt_ms ?? 0));
  const weak = loss > WEAK_LOSS || rttMs > WEAK_RTT_MS || kbps < WEAK_KBPS;
  return { network: weak ? "weak" : "ok", kbps, loss: Math.round(loss * 1000) / 1000 };
}

/** Send media to the server as a call would, and hear what arrives.
 * @param {import("../lib/customer.js").Entry} entry @param {MediaStream} own @returns {Promise<Network>} */
export function measureNetwork(entry, own) {
  const line = new Line(entry, own);
  /** @type {{kbps: number, loss: number, rtt_ms: number}[]} */
  const seconds = [];
  line.addEventListener("message", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.type === "quality") seconds.push(detail);
  });
  return new Promise((resolve) => {
    const finish = () => {
      line.close();
      resolve(judge(seconds));
    };
    line.addEventListener("up", () => setTimeout(finish, LISTEN_MS));
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
