/** The customer's side of a call: devices, the line, and joining again after a break. */

import { Refused } from "../lib/api.js";
import { close, looksAway, missing, openCall, openCamera } from "./devices.js";
import { Hold } from "./hold.js";
import { Line } from "./line.js";
import { isIn, next } from "./state.js";

/** The server keeps the place this long after a break. */
const REJOIN_MS = 60_000;
const REJOIN_PAUSE_MS = 1_500;

/**
 * Fires "change" when anything shown changes, "message" for what the server says.
 * `state` is one of call/state.js.
 */
export class CallSession extends EventTarget {
  /** @type {Line | null} */
  #line = null;
  /** What the server last said of the agent; it counts once our own media are up. */
  #agentHere = false;

  /** @param {() => Promise<import("../lib/customer.js").Entry>} pass Asks for a fresh one-use pass. */
  constructor(pass) {
    super();
    this.pass = pass;
    /** @type {import("./state.js").State} */
    this.state = "devices";
    /** @type {MediaStream | null} */
    this.own = null;
    /** @type {MediaStream | null} */
    this.remote = null;
    /** @type {import("./devices.js").DeviceMissing | null} */
    this.missing = null;
    this.muted = false;
    this.dark = false;
    /** What the server was told is off, on this line. */
    this.told = { sound: false, picture: false };
    this.hold = new Hold(() => this.#reopen());
    this.hold.addEventListener("change", () => this.#held());
    /** Until when a break may be mended, on performance's clock. */
    this.deadlineMs = 0;
  }

  /** @param {import("./state.js").Happening} happening */
  happened(happening) {
    this.state = next(this.state, happening);
    this.dispatchEvent(new Event("change"));
  }

  /** Open the devices and join; also the way to try again. @param {import("./devices.js").Choice} choice */
  async start(choice) {
    this.happened("again");
    try {
      this.#use(await openCall(choice).catch(() => openCall())); // what was chosen may be unplugged by now
    } catch (error) {
      this.missing = missing(error);
      return this.happened("devices.refused");
    }
    this.missing = null;
    this.happened("devices.opened");
    await this.#join();
  }

  /** @param {MediaStream} own */
  #use(own) {
    this.own = own;
    this.#silence();
    this.hold.watch(own);
  }

  /** A telephone call or another app took the devices, a plug was pulled: take them back, the line stands. */
  async #reopen() {
    const before = this.own;
    const own = await openCall({ facing: looksAway(before) ? "environment" : "user" });
    if (this.own !== before) return close(own); // over, or turned meanwhile
    close(before);
    this.#use(own);
    for (const track of own.getTracks()) await this.#line?.peer.replace(track);
    this.dispatchEvent(new Event("change"));
  }

  #held() {
    this.#report();
    this.dispatchEvent(new Event("change"));
  }

  /** What does not leave this device, whoever switched it off: the agent is told, the recording marked. */
  #report() {
    const away = this.hold.trouble?.device;
    const off = { sound: this.muted || away === "microphone", picture: this.dark || away === "camera" };
    if (off.sound !== this.told.sound) this.#line?.send({ type: "mute", on: off.sound });
    if (off.picture !== this.told.picture) this.#line?.send({ type: "camera", on: !off.picture });
    this.told = off;
  }

  async #join() {
    const entry = await this.pass().catch((error) => (error instanceof Refused && error.status < 500 ? "gone" : null));
    if (entry === "gone") return this.happened("join.refused"); // this call is no more
    if (!entry || !this.own) return this.#down();
    const line = new Line(entry, this.own);
    this.#line = line;
    this.#agentHere = false;
    line.addEventListener("up", () => this.#up(line));
    line.addEventListener("down", () => line === this.#line && this.#down());
    line.addEventListener("message", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {Line} line */
  #up(line) {
    this.remote = line.peer.remote;
    this.deadlineMs = 0;
    this.happened("media.up");
    this.told = { sound: false, picture: false };
    this.#report();
    if (this.#agentHere) this.happened("agent.here");
  }

  #down() {
    this.#line = null;
    if (this.state === "over" || this.state === "elsewhere") return;
    this.deadlineMs ||= performance.now() + REJOIN_MS;
    this.happened(performance.now() > this.deadlineMs ? "join.refused" : "media.down");
    if (this.state === "lost") setTimeout(() => this.state === "lost" && this.#join(), REJOIN_PAUSE_MS);
  }

  /** @param {import("./signaling.js").Message} message */
  #heard(message) {
    const { type, who, party, state } = message;
    if (type === "party" && who === "agent") this.#agent(state === "connected");
    if (type === "dropped" && party === "agent") this.#agent(false);
    if (type === "dropped" && party === "customer") this.#line?.signaling.close(); // our media do not arrive: join anew
    if (type === "replaced") this.#stepAside();
    if (type === "ended") this.finish();
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /** @param {boolean} here */
  #agent(here) {
    this.#agentHere = here;
    if (isIn(this.state)) this.happened(here ? "agent.here" : "agent.gone");
  }

  #silence() {
    for (const track of this.own?.getAudioTracks() ?? []) track.enabled = !this.muted;
    for (const track of this.own?.getVideoTracks() ?? []) track.enabled = !this.dark;
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.#silence();
    this.#report();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {boolean} dark */
  darken(dark) {
    this.dark = dark;
    this.#silence();
    this.#report();
    this.dispatchEvent(new Event("change"));
  }

  /** The camera on the other side of the phone, to show the card. */
  async flip() {
    const facing = looksAway(this.own) ? "user" : "environment";
    this.hold.stop();
    const [old] = this.own?.getVideoTracks() ?? [];
    old?.stop(); // phones open one camera at a time
    const before = this.own;
    const turned = await openCamera({ facing })
      .catch(() => openCamera({}))
      .catch(() => null);
    if (this.own !== before) return turned ? close(turned) : undefined; // over meanwhile
    if (!turned) return before ? this.hold.watch(before) : undefined; // it sees the camera gone, and asks again
    const [track] = turned.getVideoTracks();
    this.#use(new MediaStream([track, ...(this.own?.getAudioTracks() ?? [])]));
    await this.#line?.peer.replace(track);
    this.dispatchEvent(new Event("change"));
  }

  /** Say goodbye on the line; the server is told by the page. */
  leave() {
    this.#line?.send({ type: "leave" });
    this.finish();
  }

  /** Another page of the same customer took our place: stay out until this one is asked to go on. */
  #stepAside() {
    this.#letGo();
    this.happened("replaced");
  }

  finish() {
    this.#letGo();
    this.happened("call.ended");
  }

  #letGo() {
    this.hold.stop();
    this.#line?.close();
    this.#line = null;
    close(this.own);
    this.own = null;
  }
}
