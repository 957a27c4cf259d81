/** A plan as a picture. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { HEIGHT, WIDTH, extended, profile, traces } from "../../custom_components/descent/www/profile-view.js";
import { DESCENT, plan, step } from "./english.js";

const numbers = (path) => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

test("time runs over the whole width", () => {
  const { x } = profile(plan([step("warm_up"), step("cool_down")]));
  assert.deepEqual([x(0), x(60), x(120)], [0, WIDTH / 2, WIDTH]);
});

test("what lies outside the plan stays inside the picture", () => {
  const { x } = profile(plan([step("steady")]));
  assert.deepEqual([x(-5), x(900)], [0, WIDTH]);
});

test("a descent lies below the level and a climb above it", () => {
  const { level, incline } = profile(plan([DESCENT, step("recovery", { incline_pct: 6 })]));
  assert.ok(incline(-6) > level);
  assert.ok(incline(6) < level);
  assert.equal(incline(0), level);
});

test("a level session is a ribbon in the middle", () => {
  const { level, areas } = profile(plan([step("steady")]));
  assert.equal(level, HEIGHT / 2);
  assert.deepEqual(Object.keys(areas), ["steady"]);
  assert.equal(areas.steady, `M0 ${level}V${level - 4}H${WIDTH}V${level}Z`);
});

test("steps of one phase are one path", () => {
  const { areas } = profile(plan([DESCENT, step("recovery"), DESCENT]));
  assert.equal(areas.descent.match(/M/g).length, 2);
});

test("steps beside the belt are hatched and have no slope", () => {
  const { areas, rests } = profile(plan([step("warm_up"), step("drills", { speed_kmh: 0 }), step("turn_around", { speed_kmh: 0 })]));
  assert.deepEqual(Object.keys(areas), ["warm_up"]);
  assert.equal(rests.match(/M/g).length, 2);
});

test("a ramp of the speed is drawn as one, at both ends", () => {
  const { line, speed } = profile(plan([step("warm_up", { ramp_from_kmh: 4, ramp_to_kmh: 5, ramp_s: 20 })]));
  const [, first, , fast, , still, , last] = numbers(line);
  const near = (kmh) => Math.round(speed(kmh) * 10) / 10;
  assert.deepEqual([first, fast, still, last], [near(4), near(8), near(8), near(5)]);
});

test("all of a steep and fast plan stays inside the picture", () => {
  const { line, areas, rests } = profile(plan([step("warm_up", { speed_kmh: 22 }), step("descent", { incline_pct: -45 }), step("recovery", { incline_pct: 40 }), step("stretch", { speed_kmh: 0 })]));
  const all = [line, rests, ...Object.values(areas)].flatMap(numbers);
  assert.ok(all.every((value) => value >= 0 && value <= WIDTH));
});

test("a plan that takes no time is drawn without a number that is none", () => {
  const { line } = profile(plan([step("steady", { nominal_s: 0 })]));
  assert.doesNotMatch(line, /NaN|Infinity/);
});

test("what was done is drawn with the scales of what was planned", () => {
  const scales = profile(plan([step("steady"), step("descent", { incline_pct: -6 })]));
  const { speed, incline } = traces(scales, [[0, 8, 0], [3, 8, -6]]);
  const rounded = (value) => Math.round(value * 10) / 10;
  assert.deepEqual(numbers(speed), [0, rounded(scales.speed(8)), 25, rounded(scales.speed(8))]);
  assert.deepEqual(numbers(incline), [0, rounded(scales.incline(0)), 25, rounded(scales.incline(-6))]);
  assert.match(speed, /^M[^M]*L[^M]*$/);
});

test("no line is drawn over what was skipped", () => {
  const { speed } = traces(profile(plan([step("warm_up"), step("steady")])), [[0, 5, 0], [2, 5, 0], [60, 5, 0], [62, 5, 0]]);
  assert.deepEqual(speed.match(/[ML]/g), ["M", "L", "M", "L"]);
});

test("before anything is done nothing is drawn", () => {
  assert.deepEqual(traces(profile(plan([step("steady")])), []), { speed: "", incline: "" });
});

test("a new measurement is added, and takes the place of the last while the plan's time stands", () => {
  const points = extended(extended([[0, 1, 0]], [10, 5, 0], 600), [20, 6, 0], 600);
  assert.deepEqual(points, [[0, 1, 0], [10, 5, 0], [20, 6, 0]]);
  assert.deepEqual(extended([[0, 1, 0], [20, 6, 0], [20, 5, 0]], [20, 0, 0], 600), [[0, 1, 0], [20, 6, 0], [20, 0, 0]]);
});
