/** Following a treadmill through reloads, restarts and lost connections. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Following } from "../../custom_components/descent/www/live.js";
import { DESCENT, live, plan } from "./english.js";

/** A connection that notes what is asked of it. */
class Connection {
  connected = true;
  listeners = {};
  asked = [];
  left = 0;
  refusing = null;

  addEventListener(kind, listener) {
    this.listeners[kind] = listener;
  }

  removeEventListener(kind) {
    delete this.listeners[kind];
  }

  async subscribeMessage(hear, message, options) {
    this.asked.push({ message, options });
    if (this.refusing) throw this.refusing;
    this.hear = hear;
    return () => this.left++;
  }
}

const settled = () => new Promise(setImmediate);
const snapshot = (more = {}) => ({ type: "snapshot", sent: 1000, ...live({ state: "running", ...more }) });
const SAMPLE = { type: "sample", speed_kmh: 9, incline_pct: -3, distance_m: 5, descent_m: 0.2, plan_s: 12 };

let connection;
let changes;
let following;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 990_000 });
  connection = new Connection();
  changes = 0;
  following = new Following(connection, "mill", () => changes++);
  await settled();
});

test("it subscribes to its treadmill, and again by itself", () => {
  assert.deepEqual(connection.asked, [{ message: { type: "descent/live", device_id: "mill" }, options: { resubscribe: false } }]);
});

test("a snapshot tells what is true, and how far the clocks are apart", () => {
  connection.hear(snapshot({ plan: plan([DESCENT]), trace: [[0, 1, 0]] }));
  assert.equal(following.live.state, "running");
  assert.equal(following.skew_ms, 10_000);
  assert.deepEqual(following.trace, [[0, 1, 0]]);
  assert.equal(changes, 1);
});

test("a plan holds until another one comes", () => {
  connection.hear(snapshot({ plan: plan([DESCENT], { name: "First" }), trace: [] }));
  const { plan: _, summary: __, ...later } = snapshot({ state: "paused" });
  connection.hear(later);
  assert.equal(following.live.plan.name, "First");
  assert.equal(following.live.state, "paused");
});

test("a measurement changes what is shown and lengthens what was done", () => {
  connection.hear(snapshot({ plan: plan([DESCENT]), trace: [[0, 1, 0]] }));
  connection.hear(SAMPLE);
  assert.equal(following.live.speed_kmh, 9);
  assert.deepEqual(following.trace, [[0, 1, 0], [12, 9, -3]]);
});

test("a measurement outside a session is no part of one", () => {
  connection.hear(snapshot({ trace: [] }));
  connection.hear({ ...SAMPLE, plan_s: null });
  assert.deepEqual(following.trace, []);
});

test("a new session begins with nothing done", () => {
  connection.hear(snapshot({ plan: plan([DESCENT]), trace: [[0, 1, 0]] }));
  connection.hear(snapshot({ plan: plan([DESCENT]) }));
  assert.deepEqual(following.trace, []);
});

test("records that a screen does not show change nothing", () => {
  connection.hear({ type: "command", id: 1 });
  connection.hear(SAMPLE);
  assert.equal(changes, 0);
  assert.equal(following.live, null);
});

test("it is counted how often what there is to run has changed", () => {
  connection.hear(snapshot());
  connection.hear(snapshot({ offers_changed: true }));
  connection.hear(snapshot());
  assert.equal(following.offers, 1);
});

test("a treadmill that is reloaded is asked for again", async () => {
  connection.hear(snapshot());
  connection.hear({ type: "closed" });
  assert.equal(following.lost, true);
  mock.timers.tick(1000);
  await settled();
  assert.equal(connection.asked.length, 2);
  connection.hear(snapshot());
  assert.equal(following.lost, false);
});

test("a refusal is told, and asked again with growing pauses", async () => {
  connection.refusing = { translation_key: "treadmill_not_loaded" };
  connection.hear({ type: "closed" });
  const pauses = [1000, 2000, 4000, 8000, 10000];
  const asked = [];
  for (const pause of pauses) {
    mock.timers.tick(pause - 1);
    await settled();
    asked.push(connection.asked.length);
    mock.timers.tick(1);
    await settled();
  }
  assert.deepEqual(asked, [1, 2, 3, 4, 5]);
  assert.equal(following.error, connection.refusing);
});

test("a lost connection is told at once, and its return subscribes again", async () => {
  connection.hear(snapshot());
  connection.listeners.disconnected();
  assert.equal(following.lost, true);
  connection.listeners.ready();
  mock.timers.tick(0);
  await settled();
  assert.equal(connection.asked.length, 2);
});

test("what an older subscription still says is not heard", async () => {
  const { hear } = connection;
  connection.listeners.ready();
  mock.timers.tick(0);
  await settled();
  hear(snapshot());
  assert.equal(following.live, null);
});

test("whoever looks away listens no longer", async () => {
  following.end();
  connection.hear(snapshot());
  await settled();
  assert.deepEqual([connection.left, connection.listeners, following.live], [1, {}, null]);
});

test("a subscription that is answered after its end is ended then", async () => {
  const late = new Connection();
  new Following(late, "mill", () => {}).end();
  await settled();
  assert.equal(late.left, 1);
});
