/** The agent's end of one call: devices, the line and its rejoining, and what the server tells. */

import * as devices from "../call/devices.js";
import { Line } from "../call/line.js";
import { Own } from "../call/own.js";
import { refusal } from "../lib/api.js";
import { nowMs } from "../lib/clock.js";
import { next } from "./stand.js";

/** @typedef {import("../call/signaling.js").Message} Message */
/** @typedef {import("./stand.js").Stand} Stand */
/** @typedef {{kbps: number, loss: number, rtt_ms: number | null, fps: number, width: number, height: number}} Quality */
/** @typedef {{id: string, direction: import("../lib/staff.js").Direction, phase: string, fraction: number, yaw_deg: number | null, pitch_deg: number | null, extent: number | null, state: string, reason: string | null, number?: string}} Progress */

/** Waits before joining again after a lost line, in milliseconds; the last repeats. */
const AGAIN_MS = [0, 1_000, 2_000, 4_000];

/** Fires "changed" when something to show is new, "moved" when a movement has ended. */
export class AgentCall extends EventTarget {
  #customerIsHere = false;
  #tries = 0;
  #timer = 0;

  /** @param {() => Promise<import("../lib/customer.js").Entry>} pass A fresh pass for each try.
   * @param {boolean} [speaks] Whether camera and microphone are sent; who only listens needs none. */
  constructor(pass, speaks = true) {
    super();
    this.pass = pass;
    this.speaks = speaks;
    /** Who else is in, as far as we may know. @type {import("../ui/guest-tile.js").Guest[]} */
    this.guests = [];
    /** The customer hears and sees nobody. */
    this.held = false;
    /** @type {Stand} */
    this.stand = "devices";
    /** @type {import("../call/devices.js").Failure | null} */
    this.failure = null;
    /** What the server refused, in words; tried again all the same. */
    this.problem = /** @type {import("../lib/i18n.js").Text} */ ("");
    this.own = new Own();
    this.own.addEventListener("change", () => this.#changed());
    /** @type {Line | null} */
    this.line = null;
    /** In the call beside its agent. */
    this.isGuest = false;
    this.recording = false;
    /** Whether a part of a recording could not be stored. */
    this.torn = false;
    /** What the customer has switched off. */
    this.customerIs = { muted: false, dark: false };
    /** What each line carries. @type {import("../call/quality.js").Steps} */
    this.steps = {};
    /** How the customer's media arrive. @type {Quality | null} */
    this.quality = null;
    /** Where the customer is, or why that is not known. @type {import("../call/place.js").Place | null} */
    this.place = null;
    /** When a lost customer's place is given up. @type {number | null} */
    this.waitsUntil = null;
    /** The movement under way. @type {Progress | null} */
    this.progress = null;
  }

  /** Ask for the devices and join. */
  async open() {
    this.#happen("again");
    this.failure = null;
    let stream;
    try {
      stream = this.speaks ? await devices.openCall() : new MediaStream();
    } catch (error) {
      this.failure = devices.failureOf(error);
      return this.#happen("devices.refused");
    }
    if (this.stand === "over") return devices.close(stream);
    this.own.use(stream);
    this.#happen("devices.opened");
    return this.#join();
  }

  async #join() {
    const { stream } = this.own;
    if (this.stand === "over" || !stream) return;
    try {
      this.line = new Line(await this.pass(), stream);
    } catch {
      return this.#later(); // not reached, or the server is not ready for us yet
    }
    this.own.join(this.line);
    this.line.addEventListener("up", () => this.#up());
    this.line.addEventListener("down", () => this.#later());
    this.line.addEventListener("message", (event) => this.#heard(/** @type {CustomEvent<Message>} */ (event).detail));
  }

  #up() {
    this.#tries = 0;
    this.problem = "";
    this.#happen("media.up");
    if (this.#customerIsHere) this.#happen("customer.here"); // said before our own media came up
  }

  #later() {
    this.quality = null;
    this.steps = {}; // told again at the next join
    this.progress = null;
    this.#happen("media.down");
    const wait = AGAIN_MS[Math.min(this.#tries++, AGAIN_MS.length - 1)];
    this.#timer = setTimeout(() => this.#join(), wait);
  }

  /** @param {Message} message */
  #heard(message) {
    if (message.type === "party" && message.who === "customer") this.#customer(message);
    if (message.type === "dropped") this.#dropped(message);
    if (message.type === "recording") this.#recorded(message);
    if (message.type === "quality" && message.party === "customer") this.quality = /** @type {any} */ (message);
    if (message.type === "line") this.steps = { ...this.steps, [message.party]: message.step };
    if (message.type === "guests") this.#seated(message);
    if (message.type === "place") this.place = /** @type {any} */ (message);
    if (message.type === "movement") this.#movement(/** @type {any} */ (message));
    if (message.type === "sequence" && message.state !== "running") this.dispatchEvent(new Event("moved"));
    if (message.type === "error") this.problem = refusal(/** @type {any} */ (message));
    if (message.type === "replaced") return this.#stepAside();
    if (message.type === "ended" || message.type === "transferred") return this.#over(message);
    this.#changed();
  }

  /** @param {Message} message */
  #seated({ guests, hold }) {
    this.guests = guests;
    this.held = hold;
  }

  /** The end of the call, of our part in it, or of our being its agent; a guest stays for the next agent.
   * @param {Message} message */
  #over({ type }) {
    if (type === "ended" || !this.isGuest) this.close();
  }

  /** @param {Message} message */
  #recorded({ on, torn = [] }) {
    this.recording = on;
    this.torn = torn.length > 0;
  }

  /** @param {Message} message */
  #customer({ state, muted = false, dark = false }) {
    this.customerIs = { muted, dark };
    this.#customerIsHere = state === "connected";
    if (!this.#customerIsHere) return; // whether the place is kept, and how long, comes as `dropped`
    this.waitsUntil = null;
    this.#happen("customer.here");
  }

  /** @param {Message} message */
  #dropped({ party, seconds_left }) {
    if (party !== "customer") return;
    this.waitsUntil = nowMs() + seconds_left * 1000;
    this.quality = null;
    this.#happen("customer.gone");
  }

  /** @param {Progress} progress */
  #movement(progress) {
    const ended = progress.phase === "passed" || progress.phase === "failed" || progress.state === "passed" || progress.state === "failed";
    const another = this.progress !== null && this.progress.id !== progress.id;
    if (!ended) this.progress = progress;
    else if (!another) this.progress = null; // the end of an earlier one must not hide the next
    if (ended) this.dispatchEvent(new Event("moved"));
  }

  /** @param {import("./stand.js").Happening} happening */
  #happen(happening) {
    this.stand = next(this.stand, happening);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }

  /** Everybody we hear and see, by the receive pair they come by. */
  get pairs() {
    return this.line?.peer.pairs ?? [];
  }

  /** From listening to speaking, or back: the line is made anew, with our devices or without. @param {boolean} speaks */
  speak(speaks) {
    if (this.speaks === speaks) return undefined;
    this.speaks = speaks;
    clearTimeout(this.#timer);
    this.line?.close();
    this.own.close();
    this.stand = "blocked"; // the way from which devices are opened
    return this.open();
  }

  get remote() {
    return this.line?.peer.remote ?? null;
  }

  /** Ask for the customer's other camera. */
  wishCamera() {
    this.line?.send({ type: "flip" });
  }

  /** Another page of this desk took our place: stay out until this one is asked to go on. */
  #stepAside() {
    this.problem = "";
    this.quality = null;
    this.progress = null;
    this.#leave("replaced");
  }

  /** The call is over for us: nothing is sent any more. */
  close() {
    this.#leave("call.ended");
  }

  /** @param {import("./stand.js").Happening} why */
  #leave(why) {
    clearTimeout(this.#timer);
    this.line?.close();
    this.own.close();
    this.#happen(why);
  }
}
