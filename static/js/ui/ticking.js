/** Redraws its element while time passes: clocks, countdowns, waiting times. */

export class Ticking {
  /** @param {import("/static/vendor/lit.js").ReactiveControllerHost} host @param {number} [everyMs] */
  constructor(host, everyMs = 1000) {
    this.host = host;
    this.everyMs = everyMs;
    this.timer = 0;
    host.addController(this);
  }

  hostConnected() {
    this.timer = setInterval(() => this.host.requestUpdate(), this.everyMs);
  }

  hostDisconnected() {
    clearInterval(this.timer);
  }
}
