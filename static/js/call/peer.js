/** The media connection to the server; the browser always offers. */

/** With no trickle the offer waits for the addresses, but never long: the server's own suffice. */
const GATHER_MS = 1_000;
/** A connection that breaks off for less than this is not yet lost. */
const PATIENCE_MS = 3_000;

/** @param {RTCPeerConnection} connection */
function gathered(connection) {
  return new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    setTimeout(resolve, GATHER_MS);
    connection.addEventListener("icegatheringstatechange", () => connection.iceGatheringState === "complete" && resolve());
  });
}

/** Beside the other party: a guest, and a supervisor who joins. */
const SPARE_PAIRS = 2;

/** Fires "up" and "down"; `pairs` receive whom the server lets us hear and see, the other party first. */
export class Peer extends EventTarget {
  #patience = 0;

  /** @param {MediaStream} own @param {import("../lib/customer.js").Entry["ice"]} ice */
  constructor(own, ice) {
    super();
    this.pairs = Array.from({ length: 1 + SPARE_PAIRS }, () => new MediaStream());
    this.connection = new RTCPeerConnection({ iceServers: ice.servers, iceTransportPolicy: ice.relay_only ? "relay" : "all" });
    const { connection } = this;
    connection.addEventListener("track", ({ track, transceiver }) => {
      const place = connection.getTransceivers().indexOf(transceiver);
      this.pairs[Math.floor(place / 2)]?.addTrack(track); // a pair is sound and picture
    });
    connection.addEventListener("connectionstatechange", () => this.#changed());
    for (const kind of ["audio", "video"]) {
      const [track] = own.getTracks().filter((one) => one.kind === kind);
      connection.addTransceiver(track ?? kind, { direction: "sendrecv", streams: [own] });
    }
    for (let pair = 0; pair < SPARE_PAIRS; pair++)
      for (const kind of ["audio", "video"]) connection.addTransceiver(kind, { direction: "recvonly" });
  }

  /** The other party. */
  get remote() {
    return this.pairs[0];
  }

  /** The offer, complete with addresses. @returns {Promise<string>} SDP */
  async offer() {
    await this.connection.setLocalDescription();
    await gathered(this.connection);
    return this.connection.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp */
  answer(sdp) {
    return this.connection.setRemoteDescription({ type: "answer", sdp });
  }

  /** Another camera or microphone, without a new offer. @param {MediaStreamTrack} track */
  async replace(track) {
    const sender = this.connection.getTransceivers().find(({ sender: one, direction }) => direction === "sendrecv" && one.track?.kind === track.kind)?.sender;
    await sender?.replaceTrack(track);
  }

  #changed() {
    const { connectionState } = this.connection;
    clearTimeout(this.#patience);
    if (connectionState === "connected") this.dispatchEvent(new Event("up"));
    if (connectionState === "disconnected") this.#patience = setTimeout(() => this.dispatchEvent(new Event("down")), PATIENCE_MS);
    if (connectionState === "failed" || connectionState === "closed") this.dispatchEvent(new Event("down"));
  }

  close() {
    clearTimeout(this.#patience);
    this.connection.close();
  }
}
