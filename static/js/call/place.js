/** Where this device is: asked of the browser only with the customer's consent, rounded before it leaves the page. */

/** @typedef {{state: "known" | "refused" | "unavailable", latitude?: number, longitude?: number, accuracy_m?: number}} Place */

/** A place that is known from lately will do; finding out may take this long. */
const FRESH_MS = 60_000;
const WITHIN_MS = 20_000;
const DENIED = 1; // GeolocationPositionError.PERMISSION_DENIED

/** @param {{coords: {latitude: number, longitude: number, accuracy: number}}} found @param {number} decimals @returns {Place} */
export function rounded({ coords }, decimals) {
  const round = (/** @type {number} */ degrees) => Number(degrees.toFixed(decimals));
  return { state: "known", latitude: round(coords.latitude), longitude: round(coords.longitude), accuracy_m: Math.round(coords.accuracy) };
}

/** @param {Place | null} before @param {Place} now */
export const isNews = (before, now) =>
  before?.state !== now.state || before.latitude !== now.latitude || before.longitude !== now.longitude;

/** Fires "change" when there is something new to tell. */
export class Whereabouts extends EventTarget {
  #watch = 0;

  /** @param {Pick<Geolocation, "watchPosition" | "clearWatch"> | undefined} finder The browser's, if it has one. */
  constructor(finder = navigator.geolocation) {
    super();
    this.finder = finder;
    /** @type {Place | null} */
    this.place = null;
  }

  /** Ask, and go on asking while the call lasts. @param {number} decimals */
  begin(decimals) {
    if (this.#watch) return;
    if (!this.finder) return this.#tell({ state: "unavailable" });
    this.#watch = this.finder.watchPosition(
      (found) => this.#tell(rounded(found, decimals)),
      ({ code }) => this.#failed(code === DENIED),
      { maximumAge: FRESH_MS, timeout: WITHIN_MS },
    );
  }

  /** A place that was known does not become unknown because the device lost sight of it for a while. @param {boolean} refused */
  #failed(refused) {
    if (refused || this.place?.state !== "known") this.#tell({ state: refused ? "refused" : "unavailable" });
  }

  /** @param {Place} place */
  #tell(place) {
    if (!isNews(this.place, place)) return;
    this.place = place;
    this.dispatchEvent(new Event("change"));
  }

  end() {
    if (this.#watch) this.finder?.clearWatch(this.#watch);
    this.#watch = 0;
  }
}
