/** How loud a microphone is, 0 to 1, on a scale of decibels as people hear it. */

/** Full scale is 0 dB: a quiet room stays under the first, a voice at arm's length nears the second. */
const QUIET_DB = -50;
const LOUD_DB = -10;

/** @param {Float32Array} samples */
export function loudness(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const db = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}

/** Listens to one stream until it is closed. */
export class Listener {
  /** @param {MediaStream} stream */
  constructor(stream) {
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  level() {
    this.analyser.getFloatTimeDomainData(this.samples);
    return loudness(this.samples);
  }

  close() {
    this.context.close();
  }
}
