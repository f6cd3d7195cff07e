/** One joined line to a room: pass, socket, offer and media; it tells what happens and never retries. */

import { Peer } from "./peer.js";
import { Signaling } from "./signaling.js";

/** Joining that takes longer than this has failed, whatever the browser still hopes. */
const JOIN_MS = 10_000;

/**
 * Fires "up" when media flows, "down" once when the line is lost, "message" for everything the
 * server says beside the answer.
 */
export class Line extends EventTarget {
  #down = false;
  #wait = 0;

  /** @param {import("../lib/customer.js").Entry} entry @param {MediaStream} own */
  constructor({ pass, ice }, own) {
    super();
    this.peer = new Peer(own, ice);
    this.signaling = new Signaling(pass);
    this.#wait = setTimeout(() => this.#lost("timeout"), JOIN_MS);
    this.peer.addEventListener("up", () => this.#up());
    this.peer.addEventListener("down", () => this.#lost("media"));
    this.signaling.addEventListener("closed", () => this.#lost("socket"));
    this.signaling.addEventListener("message", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
    this.signaling.socket.addEventListener("open", () => this.#offer());
  }

  async #offer() {
    this.signaling.send({ type: "offer", sdp: await this.peer.offer() });
  }

  #up() {
    clearTimeout(this.#wait);
    this.dispatchEvent(new Event("up"));
  }

  /** @param {import("./signaling.js").Message} message */
  #heard(message) {
    if (message.type === "answer") this.peer.answer(message.sdp);
    else this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /** @param {"timeout" | "media" | "socket"} why */
  #lost(why) {
    if (this.#down) return;
    this.close();
    this.dispatchEvent(new CustomEvent("down", { detail: why }));
  }

  /** @param {import("./signaling.js").Message} message */
  send(message) {
    this.signaling.send(message);
  }

  /** Leave without a word of "down". */
  close() {
    this.#down = true;
    clearTimeout(this.#wait);
    this.signaling.close();
    this.peer.close();
  }
}
