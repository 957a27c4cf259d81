/** What happens on one treadmill, for as long as somebody looks. */

import { extended } from "./profile-view.js";

/** @import * as T from "./types.js" */

/** Follows a treadmill through reloads, restarts and lost connections. */
export class Following {
  /** @param {T.Connection} connection @param {string} device @param {() => void} changed */
  constructor(connection, device, changed) {
    this.connection = connection;
    this.device = device;
    this.changed = changed;
    /** @type {T.Live | null} */
    this.live = null;
    /** @type {T.Point[]} */
    this.trace = [];
    /** @type {any} */
    this.error = null;
    this.skew_ms = 0; // how far the server's clock is ahead of this device's
    this.lost = !connection.connected;
    this.offers = 0; // how often what there is to run has changed
    this.failures = 0;
    this.timer = 0;
    this.round = 0; // answers to an older subscription are none
    /** @type {(() => unknown) | undefined} */
    this.unsubscribe = undefined;
    this.ready = () => this.again(0);
    this.gone = () => {
      this.lost = true;
      this.changed();
    };
    connection.addEventListener("ready", this.ready);
    connection.addEventListener("disconnected", this.gone);
    this.subscribe();
  }

  end() {
    this.connection.removeEventListener("ready", this.ready);
    this.connection.removeEventListener("disconnected", this.gone);
    this.leave();
  }

  leave() {
    clearTimeout(this.timer);
    this.round++;
    // A subscription that went with its connection cannot be ended any more, and need not be.
    Promise.resolve(this.unsubscribe?.()).catch(() => {});
    this.unsubscribe = undefined;
  }

  /** @param {number} after_ms */
  again(after_ms) {
    this.leave();
    this.timer = setTimeout(() => this.subscribe(), after_ms);
  }

  async subscribe() {
    const round = ++this.round;
    const message = { type: "descent/live", device_id: this.device };
    try {
      const unsubscribe = await this.connection.subscribeMessage((record) => round === this.round && this.hear(record), message, { resubscribe: false });
      if (round === this.round) this.unsubscribe = unsubscribe;
      else await unsubscribe();
    } catch (error) {
      if (round !== this.round) return;
      this.error = error;
      this.later();
    }
  }

  later() {
    this.again(Math.min(10000, 1000 * 2 ** this.failures++));
    this.changed();
  }

  /** @param {any} record */
  hear(record) {
    if (record.type === "snapshot") {
      const { trace, ...live } = record;
      // A plan, once sent, holds until another one comes.
      this.live = { ...this.live, ...live };
      if (record.offers_changed) this.offers++;
      this.skew_ms = record.sent * 1000 - Date.now();
      this.lost = false;
      this.error = null;
      this.failures = 0;
      if (trace) this.trace = trace;
      else if (record.plan) this.trace = [];
    } else if (record.type === "sample" && this.live) {
      const { speed_kmh, incline_pct, distance_m, descent_m, plan_s } = record;
      this.live = { ...this.live, speed_kmh, incline_pct, distance_m, descent_m, plan_s };
      if (plan_s !== null && this.live.plan) this.trace = extended(this.trace, [plan_s, speed_kmh, incline_pct], this.live.plan.duration_s);
    } else if (record.type === "closed") {
      this.lost = true;
      this.later();
      return;
    } else return;
    this.changed();
  }
}
