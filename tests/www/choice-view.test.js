/** What there is to run. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { chosen, fields, overridden, rows, sessionOf, worth } from "../../custom_components/descent/www/choice-view.js";
import { DESCENT, IMPERIAL, plan, words } from "./english.js";

const w = words();
const parameter = (name, more = {}) => ({ name, default: 6, minimum: 3, maximum: 10, step: 1, unit: "", options: [], ...more });
const SPRINTS = {
  id: "sprints", name: "Sprints", level: "intermediate", description: "", why: "", goals: [], locked: null, minutes: 48, descent_m: 43.1,
  parameters: [
    parameter("reps"),
    parameter("distance", { default: 120, minimum: 100, maximum: 150, step: 5, unit: "m" }),
    parameter("recovery", { default: 150, minimum: 120, maximum: 180, step: 5, unit: "s" }),
    parameter("decline", { minimum: 5, step: 0.5, unit: "%" }),
    parameter("recovery_mode", { default: "uphill", minimum: null, maximum: null, step: null, options: ["uphill", "sideways"] }),
    parameter("hop_height", { default: 8.5, step: 0.5, unit: "km/h" }),
  ],
};
const PLACEHOLDERS = { needed: "advanced", level: "beginner", alternatives: "Walk" };
const LOCKED = { id: "long", name: "Long", level: null, description: "", why: "", goals: [], locked: { key: "session_locked_level", placeholders: PLACEHOLDERS }, parameters: [] };
const OFFER = { session: "sprints", runner: "ada", runners: [], sessions: [SPRINTS, LOCKED] };
const CHOICE = { session: "sprints", runner: "ada", overrides: {} };
const field = (name, overrides = {}, said = w) => fields(SPRINTS, { ...CHOICE, overrides }, said).find((one) => one.name === name);

test("the selected session is chosen first", () => {
  assert.deepEqual(chosen(OFFER), CHOICE);
  assert.deepEqual(chosen({ ...OFFER, session: "long" }).session, "long");
});

test("another runner keeps the session and what was set", () => {
  const choice = { session: "sprints", runner: "ada", overrides: { reps: 4 } };
  assert.deepEqual(chosen({ ...OFFER, runner: "bo", session: "long" }, choice), { session: "sprints", runner: "bo", overrides: { reps: 4 } });
});

test("a session that is gone is chosen no longer", () => {
  assert.deepEqual(chosen({ ...OFFER, session: "gone" }, { ...CHOICE, session: "away", overrides: { reps: 4 } }), CHOICE);
  assert.equal(sessionOf(OFFER, { ...CHOICE, session: "gone" }), undefined);
});

test("where there are no sessions none is chosen", () => {
  assert.equal(chosen({ ...OFFER, sessions: [] }).session, "");
});

test("a session says its level, its time and its descent", () => {
  const [sprints] = rows(OFFER, CHOICE, w);
  assert.deepEqual(sprints, { id: "sprints", name: "Sprints", checked: true, locked: "", facts: ["Intermediate", "48 min", "43 m down"] });
});

test("a locked session says why, in words of this language", () => {
  const [, long] = rows(OFFER, CHOICE, w);
  assert.deepEqual(long.facts, ["Any level"]);
  assert.equal(long.locked, "For Advanced and above.");
});

test("a reason that has no short words is told in long ones", () => {
  const locked = { key: "unknown_runner", placeholders: { runner: "Bo" } };
  const [row] = rows({ ...OFFER, sessions: [{ ...SPRINTS, locked }] }, CHOICE, w);
  assert.equal(row.locked, "Bo is not a runner of Descent, or is not set up at the moment.");
});

test("locked sessions come last", () => {
  assert.deepEqual(rows({ ...OFFER, sessions: [LOCKED, SPRINTS] }, CHOICE, w).map(({ id }) => id), ["sprints", "long"]);
});

test("a number is a slider and a choice a list", () => {
  assert.deepEqual(field("reps").range, { minimum: 3, maximum: 10, step: 1 });
  assert.equal(field("recovery_mode").range, null);
  assert.deepEqual(field("recovery_mode").options.map(({ text, selected }) => [text, selected]), [["Walk uphill", true], ["sideways", false]]);
});

test("values have their units", () => {
  const shown = ["reps", "distance", "recovery", "decline", "hop_height"].map((name) => field(name).text);
  assert.deepEqual(shown, ["6", "120 m", "2:30", "6.0 %", "8.5 km/h"]);
  assert.equal(field("distance", {}, words(IMPERIAL)).text, "394 ft");
  assert.equal(field("hop_height", {}, words(IMPERIAL)).text, "5.3 mph");
});

test("a parameter of a user's own session has its own name", () => {
  assert.equal(field("hop_height").label, "hop height");
  assert.equal(field("reps").label, "Repetitions");
});

test("what was set is shown", () => {
  assert.deepEqual([field("reps", { reps: 4 }).value, field("reps", { reps: 4 }).text], [4, "4"]);
});

test("only what differs from the session is asked for", () => {
  const four = overridden(SPRINTS, CHOICE, "reps", "4");
  assert.deepEqual(four.overrides, { reps: 4 });
  assert.deepEqual(overridden(SPRINTS, four, "reps", "6").overrides, {});
  assert.deepEqual(overridden(SPRINTS, four, "recovery_mode", "sideways").overrides, { reps: 4, recovery_mode: "sideways" });
});

test("a parameter that the session does not have changes nothing", () => {
  assert.equal(overridden(SPRINTS, CHOICE, "speed", "99"), CHOICE);
});

test("a plan is told in few words, and the picture in the same", () => {
  const { facts, alternative, notes } = worth(plan([DESCENT], { duration_s: 2880, reps: 6, descent_m: 43.1 }), w);
  assert.deepEqual(facts, ["48 min", "6 descents", "43 m down", "\u22126 %"]);
  assert.equal(alternative, "Session profile, 48 min, 6 descents, 43 m down, \u22126 %");
  assert.deepEqual(notes, []);
});

test("a machine that is not steep enough is told honestly", () => {
  const clamped = plan([{ ...DESCENT, incline_pct: -3 }], { fidelity_descent: 0.754, added_reps: 4, notes: ["clamped", "reps_added"] });
  assert.deepEqual(worth(clamped, w).notes, ["This treadmill reaches \u22123 %: 75 % of the descent.", "4 repetitions were added to make up for it."]);
});

test("a session without a descent tells of none", () => {
  assert.deepEqual(worth(plan([{ ...DESCENT, incline_pct: 0 }], { duration_s: 1800, reps: 0, fidelity_descent: null }), w).facts, ["30 min"]);
});
