/** What the card says in a session. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { buttonsOf, finished, following, noticeOf, secondsTo, stepText, underWay } from "../../custom_components/descent/www/session-view.js";
import { DESCENT, IMPERIAL, live, step, words } from "./english.js";

const w = words();
const NOW = Date.parse("2026-11-26T10:00:00Z");
const MOMENT = { skew_ms: 0, now_ms: NOW };
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const running = (more) => live({ state: "running", step: DESCENT, step_ends: at(20), session_ends: at(1000), ...more });
const notice = (more) => noticeOf(live(more), w.t);
const actions = (state) => buttonsOf(live({ state }), w.t).map(({ action }) => action);

test("a step is its phase, its length, its slope and its speed", () => {
  assert.equal(stepText(DESCENT, w), "Descent · 120 m · \u22126 % · 14.4 km/h");
  assert.equal(stepText(step("drills", { speed_kmh: 0 }), w), "Drills · 1:00");
  assert.equal(stepText(DESCENT, words(IMPERIAL)), "Descent · 394 ft · \u22126 % · 8.9 mph");
});

test("a session is under way from arming until it is over", () => {
  const states = ["idle", "armed", "running", "waiting", "paused", "suspended", "finished"];
  assert.deepEqual(states.filter((state) => underWay(live({ state }))), states.slice(1, -1));
});

test("a countdown is right on a device whose clock is wrong", () => {
  assert.equal(secondsTo(at(20), 0, NOW), 20);
  assert.equal(secondsTo(at(20), 5000, NOW - 5000), 20);
  assert.equal(secondsTo(null, 0, NOW), null);
});

test("the large number is the metres of a step by distance", () => {
  const { big, under } = following(running({ step_left_m: 84.4 }), MOMENT, w);
  assert.deepEqual([big, under], ["84 m", "left at target"]);
});

test("the large number is the time of any other step", () => {
  const { big, under } = following(running({ step: step("recovery"), step_ends: at(150) }), MOMENT, w);
  assert.deepEqual([big, under], ["2:30", "left in this step"]);
});

test("the large number of an armed session is how long it waits", () => {
  const { big, title } = following(live({ state: "armed", arming_ends: at(100) }), MOMENT, w);
  assert.deepEqual([big, title], ["1:40", "Armed"]);
});

test("the large number before the belt is started is the countdown to that", () => {
  const { big, under } = following(live({ state: "armed", arming_ends: at(100), belt_starts: at(3.2) }), MOMENT, w);
  assert.deepEqual([big, under], ["4", "seconds until the belt starts"]);
});

test("a paused session shows no number that runs down", () => {
  const view = following(live({ state: "paused", step: DESCENT, step_left_m: 80 }), MOMENT, w);
  assert.equal(view.big, "");
  assert.equal(view.title, "Paused");
});

test("target and measurement are two numbers", () => {
  const [speed, incline] = following(running({ target_speed_kmh: 14.4, speed_kmh: 13.9, target_incline_pct: -6, incline_pct: -5.5 }), MOMENT, w).pairs;
  assert.deepEqual([speed.target, speed.measured, speed.label], ["14.4", "13.9", "Speed, km/h"]);
  assert.deepEqual([incline.target, incline.measured, incline.label], ["\u22126", "\u22125.5", "Incline, %"]);
});

test("what is not measured is unknown, and what nobody wishes is none", () => {
  const [speed] = following(running({ speed_kmh: null, target_speed_kmh: null }), MOMENT, w).pairs;
  assert.deepEqual([speed.target, speed.measured], ["none", "unknown"]);
});

test("it is said whether the treadmill does what it was told", () => {
  const told = (confirmation) => following(running({ confirmation }), MOMENT, w).confirmation;
  assert.deepEqual(told("confirmed"), { icon: "check-circle-outline", text: "The treadmill follows.", bad: false });
  assert.equal(told("pending").bad, false);
  assert.equal(told("rejected").bad, true);
  assert.equal(told("unknown").bad, true);
  assert.equal(told(null), null);
});

test("repetition, next step and what is left are told", () => {
  const view = following(running({ next_step: step("recovery", { duration_s: 150 }), descent_m: 12.3, distance_m: 1520, heart_rate_bpm: 142 }), MOMENT, w);
  assert.equal(view.rep, "2 of 6");
  assert.equal(view.next, "Next: Recovery · 2:30 · 8.0 km/h");
  assert.deepEqual(view.facts, ["16:40 left in all", "12 m down", "1.52 km", "142 beats a minute"]);
});

test("the last step says that it is the last", () => {
  assert.equal(following(running({ step: step("cool_down") }), MOMENT, w).next, "This is the last step.");
});

test("exercises are told while the belt stands", () => {
  const drills = step("drills", { items: ["leg_swings", "hip_circles"] });
  assert.deepEqual(following(live({ state: "waiting", step: drills }), MOMENT, w).items, ["Leg swings.", "hip circles"]);
});

test("a screen reader hears a step once and not every second", () => {
  const spoken = (seconds) => following(running({ step_ends: at(seconds) }), MOMENT, w).spoken;
  assert.equal(spoken(20), "Running, Descent · 120 m · \u22126 % · 14.4 km/h, 2 of 6");
  assert.equal(spoken(19), spoken(20));
});

test("every reason to stop automation has its words and one thing to do", () => {
  const reasons = ["console_change", "safety_key", "lost_contact", "not_confirmed", "rejected", "control_lost", "wrong_way", "overshoot", "unheard"];
  const notices = reasons.map((reason) => notice({ state: "suspended", reason }));
  assert.ok(notices.every(({ text, todo }) => text.includes(" ") && todo.endsWith(".")));
  assert.deepEqual(reasons.filter((_, index) => !notices[index].grave), ["console_change", "unheard"]);
});

test("every reason to pause has its words and one thing to do", () => {
  const notices = ["runner", "console_stop", "restart", "not_started"].map((reason) => notice({ state: "paused", reason }));
  assert.ok(notices.every(({ text, todo, grave }) => text.includes(" ") && todo.endsWith(".") && !grave));
});

test("lost contact is never called a stop", () => {
  const { text, todo, grave } = notice({ state: "suspended", reason: "lost_contact", connected: false, contact: "not_found" });
  assert.equal(grave, true);
  assert.doesNotMatch(text + todo, /stop/i);
  assert.match(todo, /may still be moving/);
});

test("a treadmill without contact says why, and it is grave only in a session", () => {
  const reasons = ["connecting", "not_found", "no_slot", "taken", "unreachable", "unsuitable", "released"];
  const notices = reasons.map((contact) => notice({ connected: false, contact }));
  assert.ok(notices.every(({ text, grave }) => !text.includes("_") && !grave));
  assert.equal(notice({ connected: false, contact: "not_found", state: "running" }).grave, true);
});

test("contact that somebody gave away or that has no room is won back in its own way", () => {
  assert.match(notice({ connected: false, contact: "released" }).todo, /Switch its connection on/);
  assert.match(notice({ connected: false, contact: "no_slot" }).todo, /proxy/);
});

test("an armed session says what to do", () => {
  assert.equal(notice({ state: "armed" }).text, "Press Start on the treadmill when you are ready.");
  assert.equal(notice({ state: "armed", belt_starts: at(5) }).text, "The belt is about to start.");
});

test("a treadmill that is only announced to says so", () => {
  assert.match(notice({ controls: false }).todo, /yourself/);
  assert.match(notice({ state: "armed", controls: false }).todo, /yourself/);
});

test("a pulled safety key comes before everything else", () => {
  assert.equal(notice({ safety_key_out: true, state: "armed" }).text, "Safety key is out");
});

test("a reason that is over asks for something else", () => {
  assert.deepEqual(notice({ state: "suspended", reason: "safety_key_back" }), {
    grave: false,
    text: "Safety key is back",
    todo: "Tap Resume when you are ready.",
  });
  assert.equal(notice({ state: "suspended", reason: "contact_back" }).grave, false);
  assert.match(notice({ state: "suspended", reason: "wrong_way", belt_moving: true }).todo, /Hold the rails/);
  assert.match(notice({ state: "suspended", reason: "wrong_way", belt_moving: false }).todo, /The belt stands/);
  assert.match(notice({ state: "paused", reason: "runner", belt_moving: true }).todo, /^Tap Resume when/);
  assert.match(notice({ state: "paused", reason: "runner", belt_moving: false }).todo, /press Start/);
});

test("a stop that cannot be sent comes before everything else, and only as long as it is so", () => {
  const unsent = { stopping: true, connected: false, state: "finished" };
  assert.equal(notice(unsent).grave, true);
  assert.match(notice(unsent).text, /could not be sent/);
  assert.equal(notice({ ...unsent, connected: true }), null);
});

test("a session that runs well needs no words", () => {
  assert.equal(notice({ state: "running" }), null);
  assert.equal(notice({}), null);
});

test("only what makes sense has a button", () => {
  assert.deepEqual(actions("idle"), []);
  assert.deepEqual(actions("armed"), ["pause"]);
  assert.deepEqual(actions("running"), ["pause", "skip"]);
  assert.deepEqual(actions("waiting"), ["resume", "skip"]);
  assert.deepEqual(actions("paused"), ["resume"]);
  assert.deepEqual(actions("suspended"), ["resume"]);
});

const SUMMARY = {
  name: "Sprints <b>", result: "completed", duration_s: 3001, distance_m: 4980, descent_m: 43.2, fidelity_descent: 0.75,
  reps_completed: 5, reps_planned: 6,
  laps: [
    { phase: "descent", rep: 1, duration_s: 31.2, distance_m: 125, descent_m: 7.4, max_speed_kmh: 14.5, skipped: false },
    { phase: "drills", rep: 0, duration_s: 300, distance_m: 0, descent_m: 0, max_speed_kmh: 0, skipped: true },
  ],
};

test("a session that is over is summed up", () => {
  const view = finished(SUMMARY, w);
  assert.equal(view.title, "Completed");
  assert.deepEqual(view.facts.map(({ value }) => value), ["50:01", "43 m", "4.98 km", "5/6", "75 %"]);
});

test("a lap says what was done in it and leaves out what was not", () => {
  const [descent, drills] = finished(SUMMARY, w).laps;
  assert.deepEqual(descent.cells, ["Descent 1", "0:32", "125 m", "7 m", "14.5 km/h"]);
  assert.deepEqual(drills.cells, ["Drills (skipped)", "5:00", "", "", ""]);
});

test("a session without a descent has no share of it", () => {
  assert.equal(finished({ ...SUMMARY, fidelity_descent: null }, w).facts.length, 4);
});

test("a session without repetitions counts none", () => {
  assert.equal(finished({ ...SUMMARY, reps_planned: 0 }, w).facts.length, 4);
});
