/** Plays several recordings of one call on the call's own clock, in step. */

/**
 * One recording on the call's clock.
 * @typedef {{id: string, party: string, begins_s: number, ends_s: number, url: string}} Track
 * @typedef {import("../lib/staff.js").Recording} Recording
 */

/** Lips and voice come apart from here on; a correction costs a short freeze. */
const DRIFT_S = 0.12;
/** HAVE_FUTURE_DATA: the next picture is there. */
const READY = 3;

/** Recordings as tracks: finished ones, and of the others what somebody asked to see so far.
 * @param {Recording[]} recordings @param {Map<string, {url: string, duration_ms: number}>} [soFar] By id. */
export const tracksOf = (recordings, soFar = new Map()) =>
  recordings.flatMap((recording) => {
    const { id, party, offset_ms } = recording;
    const { url, duration_ms } = recording.state === "finished" ? recording : (soFar.get(id) ?? { url: "", duration_ms: null });
    if (duration_ms === null) return [];
    return [{ id, party, begins_s: offset_ms / 1000, ends_s: (offset_ms + duration_ms) / 1000, url }];
  });

/** Whether nothing of these will ever be seen: a crash left nothing to finish. @param {Recording[]} recordings */
export const areLost = (recordings) => recordings.length > 0 && recordings.every(({ state }) => state === "lost");

/** Whether some of these was not kept, though not all: it broke off, the disk did not take it, or a whole part is lost.
 * @param {Recording[]} recordings */
export const arePartly = (recordings) =>
  !areLost(recordings) && recordings.some(({ state, is_whole }) => state === "lost" || is_whole === false);

/** Whether more of a recording can be asked for than is finished. @param {Recording} recording */
export const isUnfinished = ({ state }) => state === "writing" || state === "finishing";

/** @param {Track[]} tracks */
export const wholeLength = (tracks) => Math.max(0, ...tracks.map(({ ends_s }) => ends_s));

/** Whether a track has media at a moment of the call. @param {Track} track @param {number} at_s */
export const covers = ({ begins_s, ends_s }, at_s) => at_s >= begins_s && at_s < ends_s;

/** Fires "moved" whenever time, speed or playing have changed. */
export class Playback extends EventTarget {
  #frame = 0;
  #last = 0;

  constructor() {
    super();
    /** @type {Track[]} */
    this.tracks = [];
    /** Where each track plays. @type {Map<string, HTMLVideoElement>} */
    this.videos = new Map();
    this.at_s = 0;
    this.playing = false;
    this.rate = 1;
  }

  get length_s() {
    return wholeLength(this.tracks);
  }

  /** Another call's recordings, or more of them. @param {Track[]} tracks */
  use(tracks) {
    this.tracks = tracks;
    this.seek(Math.min(this.at_s, this.length_s));
  }

  play() {
    if (this.playing || !this.length_s) return;
    if (this.at_s >= this.length_s - 0.05) this.at_s = 0;
    this.playing = true;
    this.#last = performance.now();
    this.#align(true);
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
    this.#moved();
  }

  pause() {
    cancelAnimationFrame(this.#frame);
    this.playing = false;
    for (const video of this.videos.values()) video.pause();
    this.#moved();
  }

  /** @param {number} at_s */
  seek(at_s) {
    this.at_s = Math.max(0, Math.min(at_s, this.length_s));
    this.#align(true);
    this.#moved();
  }

  /** @param {number} rate */
  speed(rate) {
    this.rate = rate;
    this.#moved();
  }

  /** The clock stands while a picture is still on its way, so that nobody runs ahead. @param {number} now */
  #tick(now) {
    const passed_s = ((now - this.#last) / 1000) * this.rate;
    this.#last = now;
    if (this.#isReady()) this.at_s = this.#guide() ?? this.at_s + passed_s;
    if (this.at_s >= this.length_s - 0.02) {
      this.at_s = this.length_s;
      return this.pause();
    }
    this.#align(false);
    this.#moved();
    this.#frame = requestAnimationFrame((next) => this.#tick(next));
  }

  #current() {
    return this.tracks.filter((track) => covers(track, this.at_s));
  }

  #isReady() {
    return this.#current().every(({ id }) => {
      const video = this.videos.get(id);
      return !video || video.ended || (video.readyState >= READY && !video.seeking);
    });
  }

  /** The time the first playing picture says it is; null in a gap, where only the clock counts. */
  #guide() {
    for (const { id, begins_s } of this.#current()) {
      const video = this.videos.get(id);
      if (video && !video.paused && !video.ended) return begins_s + video.currentTime;
    }
    return null;
  }

  /** Bring every video to the clock. @param {boolean} exactly After a jump also small differences count. */
  #align(exactly) {
    const ready = this.#isReady();
    for (const track of this.tracks) {
      const video = this.videos.get(track.id);
      if (!video) continue;
      const wanted = this.at_s - track.begins_s;
      const here = covers(track, this.at_s);
      if (here && Math.abs(video.currentTime - wanted) > (exactly ? 0.01 : DRIFT_S)) video.currentTime = wanted;
      video.playbackRate = this.rate;
      if (this.playing && here && (ready || exactly)) video.play().catch(() => undefined); // paused again meanwhile
      else if (!video.paused) video.pause();
    }
  }

  #moved() {
    this.dispatchEvent(new Event("moved"));
  }
}
