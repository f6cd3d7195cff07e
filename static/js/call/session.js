/** The customer's side of a call: devices, the line, and joining again after a break. */

import { Refused } from "../lib/api.js";
import { missing, openCall } from "./devices.js";
import { Line } from "./line.js";
import { Own } from "./own.js";
import { isIn, next } from "./state.js";

const REJOIN_PAUSE_MS = 1_500;

/**
 * Fires "change" when anything shown changes, "up" with each new line, "message" for what the server says.
 * `state` is one of call/state.js.
 */
export class CallSession extends EventTarget {
  /** @type {Line | null} */
  #line = null;
  /** What the server last said of the agent; it counts once our own media are up. */
  #agentHere = false;

  /** @param {() => Promise<import("../lib/customer.js").Entry>} pass Asks for a fresh one-use pass.
   * @param {number} rejoinS How long the server keeps the place after a break. */
  constructor(pass, rejoinS) {
    super();
    this.pass = pass;
    this.rejoinMs = 1000 * rejoinS;
    /** @type {import("./state.js").State} */
    this.state = "devices";
    this.own = new Own();
    this.own.addEventListener("change", () => this.dispatchEvent(new Event("change")));
    /** @type {MediaStream | null} */
    this.remote = null;
    /** Everybody, by the receive pair they come by. @type {MediaStream[]} */
    this.pairs = [];
    /** @type {import("./devices.js").DeviceMissing | null} */
    this.missing = null;
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
      this.own.use(await openCall(choice).catch(() => openCall())); // what was chosen may be unplugged by now
    } catch (error) {
      this.missing = missing(error);
      return this.happened("devices.refused");
    }
    this.missing = null;
    this.happened("devices.opened");
    await this.#join();
  }

  async #join() {
    const entry = await this.pass().catch((error) => (error instanceof Refused && error.status < 500 ? "gone" : null));
    if (entry === "gone") return this.happened("join.refused"); // this call is no more
    if (!entry || !this.own.stream) return this.#down();
    const line = new Line(entry, this.own.stream);
    this.#line = line;
    this.#agentHere = false;
    this.own.join(line);
    line.addEventListener("up", () => this.#up(line));
    line.addEventListener("down", () => line === this.#line && this.#down());
    line.addEventListener("message", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {Line} line */
  #up(line) {
    this.remote = line.peer.remote;
    this.pairs = line.peer.pairs;
    this.deadlineMs = 0;
    this.happened("media.up");
    this.dispatchEvent(new Event("up"));
    if (this.#agentHere) this.happened("agent.here");
  }

  #down() {
    this.#line = null;
    if (this.state === "over" || this.state === "elsewhere") return;
    this.deadlineMs ||= performance.now() + this.rejoinMs;
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

  /** Say something on the line, if there is one. @param {import("./signaling.js").Message} message */
  send(message) {
    this.#line?.send(message);
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
    this.#line?.close();
    this.#line = null;
    this.own.close();
  }
}
