/** The call's WebSocket: joins with a one-use pass, keeps itself awake, hands messages on. */

/** Silence of 15 s closes the socket on either side. */
const PING_EVERY_MS = 5_000;
const SILENCE_MS = 15_000;

/** @typedef {{type: string, [key: string]: any}} Message */

/** Fires "message" with the parsed message as detail, "closed" once. */
export class Signaling extends EventTarget {
  #heard = performance.now();
  #closed = false;

  /** @param {string} pass */
  constructor(pass) {
    super();
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/call`);
    this.socket.addEventListener("open", () => this.send({ type: "join", pass }));
    this.socket.addEventListener("message", (event) => this.#receive(event.data));
    this.socket.addEventListener("close", () => this.#end());
    this.timer = setInterval(() => this.#beat(), PING_EVERY_MS);
  }

  /** @param {Message} message */
  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {string} text */
  #receive(text) {
    this.#heard = performance.now();
    this.dispatchEvent(new CustomEvent("message", { detail: JSON.parse(text) }));
  }

  #beat() {
    this.send({ type: "ping" });
    if (performance.now() - this.#heard > SILENCE_MS) this.close();
  }

  #end() {
    clearInterval(this.timer);
    if (this.#closed) return;
    this.#closed = true;
    this.dispatchEvent(new Event("closed"));
  }

  close() {
    this.socket.close();
    this.#end();
  }
}
