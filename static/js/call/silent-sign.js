/** The customer's silent sign "I am not free": one's own small picture held for two seconds, or a key. The page shows nothing of it. */

/** Long enough that nobody does it while reaching past; short enough to do unseen. */
export const HOLD_MS = 2_000;
/** For who works with the keyboard: nothing else on the page listens to it. */
export const KEY = "0";

/** Calls `given` after a hold that was not broken off. */
export class SilentSign {
  #timer = 0;
  #isDown = false;

  /** @param {() => void} given */
  constructor(given) {
    this.given = given;
  }

  /** A finger or the mouse button lies on the picture. */
  begin() {
    this.end();
    this.#timer = setTimeout(this.given, HOLD_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }

  /** The window is left: nobody hears the key come up. */
  leave() {
    this.end();
    this.#isDown = false;
  }

  /** A held key repeats: the first counts. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== KEY) return;
    const goesDown = event.type === "keydown";
    if (goesDown && !this.#isDown) this.begin();
    if (!goesDown) this.end();
    this.#isDown = goesDown;
  }
}
