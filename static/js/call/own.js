/** What a party sends: camera and microphone, switched off and on, held, and opened anew while the line stands. */

import { close, looksAway, openCall, openCamera } from "./devices.js";
import { Hold } from "./hold.js";

/** @typedef {import("./line.js").Line} Line */

/** Fires "change" when anything of it changes. */
export class Own extends EventTarget {
  /** @type {Line | null} */
  #line = null;
  /** What the server was told is off, on this line. */
  #told = { sound: false, picture: false };

  constructor() {
    super();
    /** @type {MediaStream | null} */
    this.stream = null;
    this.muted = false;
    this.dark = false;
    // A telephone call or another app took the devices, a plug was pulled: take them back.
    this.hold = new Hold(() => this.#renew(() => openCall({ facing: looksAway(this.stream) ? "environment" : "user" })));
    this.hold.addEventListener("change", () => this.#changed());
  }

  /** Send this from now on. @param {MediaStream} stream */
  use(stream) {
    this.stream = stream;
    this.#silence();
    this.hold.watch(stream);
  }

  /** Send on this line; once it is up, what does not leave this device is told there. @param {Line} line */
  join(line) {
    this.#line = line;
    line.addEventListener("up", () => {
      this.#told = { sound: false, picture: false };
      this.#report();
    });
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.#changed();
  }

  /** @param {boolean} dark */
  darken(dark) {
    this.dark = dark;
    this.#changed();
  }

  /** The camera on the other side of the phone, to show the card. */
  async flip() {
    const before = this.stream;
    if (!before) return;
    const facing = looksAway(before) ? "user" : "environment";
    this.hold.stop();
    for (const track of before.getVideoTracks()) track.stop(); // phones open one camera at a time
    const turn = () => openCamera({ facing }).catch(() => openCamera({}));
    // Watched again, a camera that is gone is asked for anew.
    await this.#renew(turn).catch(() => before === this.stream && this.hold.watch(before));
  }

  /** Send nothing any more. */
  close() {
    this.hold.stop();
    this.#line = null;
    close(this.stream);
    this.stream = null;
  }

  /** Open devices and send what they give instead of the same before. @param {() => Promise<MediaStream>} open */
  async #renew(open) {
    const before = this.stream;
    const fresh = await open();
    if (this.stream !== before || !before) return close(fresh); // over, or renewed meanwhile
    const kinds = fresh.getTracks().map(({ kind }) => kind);
    const kept = before.getTracks().filter(({ kind }) => !kinds.includes(kind));
    for (const track of before.getTracks()) if (!kept.includes(track)) track.stop();
    this.use(new MediaStream([...fresh.getTracks(), ...kept]));
    for (const track of fresh.getTracks()) await this.#line?.peer.replace(track);
    this.dispatchEvent(new Event("change"));
  }

  #changed() {
    this.#silence();
    this.#report();
    this.dispatchEvent(new Event("change"));
  }

  #silence() {
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !this.muted;
    for (const track of this.stream?.getVideoTracks() ?? []) track.enabled = !this.dark;
  }

  /** Whoever switched it off: the other side is told, the recording marked. */
  #report() {
    const away = this.hold.trouble?.device;
    const off = { sound: this.muted || away === "microphone", picture: this.dark || away === "camera" };
    if (off.sound !== this.#told.sound) this.#line?.send({ type: "mute", on: off.sound });
    if (off.picture !== this.#told.picture) this.#line?.send({ type: "camera", on: !off.picture });
    this.#told = off;
  }
}
