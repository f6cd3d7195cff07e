/** The photograph an agent asks for in a call: framed, taken, looked at, sent. Each step is the customer's act. */

import { Refused, sentence } from "../lib/api.js";

/**
 * @typedef {"asked" | "framing" | "counting" | "taking" | "shown" | "sending" | "failed" | "sent"} Step
 * asked: the wish stands on the page · framing: the camera is shown large · counting: what is shown in a view gets a few seconds · taking: it takes the picture ·
 * shown: the customer looks at it · sending · failed: it did not arrive · sent: it did.
 */
/** @typedef {"open" | "count" | "take" | "taken" | "missed" | "again" | "send" | "arrived" | "refused"} Happening */
/** @typedef {"level" | "left" | "right" | "away" | "near" | "finger" | "hand"} View */
/** `left`: so many are asked for after it. @typedef {{id: string, of: "document" | "face", view: View | null, left: number}} Wish */

/** @type {Record<Step, Partial<Record<Happening, Step>>>} */
const NEXT = {
  asked: { open: "framing" },
  framing: { take: "taking", count: "counting" },
  counting: { take: "taking" },
  taking: { taken: "shown", missed: "framing" },
  shown: { again: "framing", send: "sending" },
  sending: { arrived: "sent", refused: "failed" },
  failed: { again: "framing", send: "sending" },
  sent: {},
};

/** What is not foreseen changes nothing. @param {Step} step @param {Happening} happening @returns {Step} */
export const next = (step, happening) => NEXT[step][happening] ?? step;

/** How long the thanks stand. */
const SENT_MS = 2_500;

/** Fires "change", and "over" when nothing is asked for any more. */
export class AskedStill extends EventTarget {
  /**
   * @param {(id: string, picture: Blob, tell: (share: number) => void) => Promise<unknown>} send
   * @param {(id: string) => Promise<unknown>} decline
   */
  constructor(send, decline) {
    super();
    this.carry = send;
    this.refuse = decline;
    /** @type {Wish | null} */
    this.wish = null;
    /** @type {Step} */
    this.step = "asked";
    /** @type {Blob | null} */
    this.picture = null;
    /** Address of the picture on this device. */
    this.address = "";
    /** Of the picture on its way, 0 to 1. */
    this.share = 0;
    /** Seconds until it is taken. */
    this.count = 0;
    /** Why it did not arrive. @type {import("../lib/i18n.js").Text} */
    this.problem = "";
  }

  /** What the server says is asked for now. @param {Wish | null} wish */
  hear(wish) {
    if (wish?.id === this.wish?.id) return;
    if (!wish && (this.step === "sending" || this.step === "sent")) return; // its own arrival settled it
    this.#begin(wish);
  }

  /** @param {Wish | null} wish */
  #begin(wish) {
    const before = this.wish;
    if (this.address) URL.revokeObjectURL(this.address);
    const goesOn = before?.view && wish?.view && before.of === wish.of; // the camera is open: no second yes
    Object.assign(this, { wish, step: goesOn ? "framing" : "asked", picture: null, address: "", share: 0, problem: "" });
    this.#changed();
    if (before && !wish) this.dispatchEvent(new Event("over"));
  }

  /** @param {Happening} happening */
  happened(happening) {
    this.step = next(this.step, happening);
    this.#changed();
  }

  /** Time to tilt, or to lift a hand, after the touch. @param {number} seconds
   * @returns {Promise<boolean>} Whether it is still wanted. */
  async countDown(seconds) {
    const { wish } = this;
    this.happened("count");
    for (this.count = seconds; this.count > 0; this.count--) {
      this.#changed();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      if (this.wish !== wish || this.step !== "counting") return false;
    }
    return true;
  }

  /** The picture just taken, to be looked at; one in a view goes at once. @param {Blob} picture */
  show(picture) {
    if (this.step !== "taking") return; // withdrawn meanwhile
    if (this.address) URL.revokeObjectURL(this.address);
    this.picture = picture;
    this.address = URL.createObjectURL(picture);
    this.happened("taken");
    if (this.wish?.view) this.send();
  }

  /** The customer says yes: off it goes; a lost network is waited out for a while. */
  async send() {
    const { wish, picture } = this;
    if (!wish || !picture || this.step === "sending") return;
    this.share = 0;
    this.happened("send");
    try {
      await this.carry(wish.id, picture, (share) => this.#progress(share));
    } catch (error) {
      if (this.wish !== wish) return;
      if (error instanceof Refused && error.status === 409) return this.#begin(null); // not wanted any more
      this.problem = sentence(error);
      return this.happened("refused");
    }
    if (this.wish !== wish) return; // the next one is asked for already
    this.happened("arrived");
    setTimeout(() => this.wish === wish && this.#begin(null), SENT_MS);
  }

  /** @param {number} share */
  #progress(share) {
    this.share = share;
    this.#changed();
  }

  /** The customer says no. */
  async decline() {
    const { wish } = this;
    if (!wish) return;
    this.#begin(null);
    await this.refuse(wish.id).catch(() => undefined); // settled already, or told again by the next view
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
