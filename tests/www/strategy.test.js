/** The dashboard that is made of the treadmills and runners that there are. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { device, home, runner, treadmill, virtual } from "./frontend.js";

const { dashboard, DescentStrategy, STRATEGY } = await import("../../custom_components/descent/www/strategy.js");

const t = (key, values) => (values ? `${key} ${JSON.stringify(values)}` : key);
const made = (...parts) => dashboard(home(parts), t).views;
const cards = (view) => view.sections.flatMap((section) => section.cards);
const shown = (view) => cards(view).flatMap(({ entity }) => entity ?? []);
const headings = (view) => cards(view).flatMap(({ heading }) => heading ?? []);
const features = (view) => Object.fromEntries(cards(view).flatMap((card) => (card.features ? [[card.entity, card.features[0].type]] : [])));

test("one treadmill has one view, called by its name, with its session card first", () => {
  const [view, ...others] = made(treadmill("mill", "Mill"));
  assert.deepEqual(others, []);
  assert.equal(view.title, "Mill");
  assert.equal(cards(view)[0].type, "custom:descent-session-card");
  assert.equal(cards(view)[0].device, "mill");
});

test("a name that a person gave goes before the device's own", () => {
  assert.equal(made(treadmill("mill", "T800", { name_by_user: "Cellar" }))[0].title, "Cellar");
});

test("targets have their steppers", () => {
  const of = features(made(treadmill("mill", "Mill"))[0]);
  assert.equal(of["number.mill_of_target_speed"], "custom:descent-speed-stepper");
  assert.equal(of["number.mill_of_target_decline"], "custom:descent-decline-stepper");
  assert.equal(of["number.mill_of_target_incline"], "custom:descent-decline-stepper");
});

test("decline and incline are never seen both", () => {
  const [decline, incline] = ["decline", "incline"].map(
    (key) => cards(made(treadmill("mill", "Mill"))[0]).find(({ entity }) => entity === `number.mill_of_target_${key}`).visibility,
  );
  const condition = { condition: "state", entity: "number.mill_of_target_decline" };
  assert.deepEqual(decline, [{ ...condition, state_not: "unavailable" }]);
  assert.deepEqual(incline, [{ ...condition, state: "unavailable" }]);
});

test("a real treadmill has no console here", () => {
  const [view] = made(treadmill("mill", "Mill"));
  assert.ok(!headings(view).includes("dashboard_console"));
  assert.ok(shown(view).includes("switch.mill_of_keep_connected"));
});

test("a virtual treadmill has its console next to the session, with what to press", () => {
  const [view] = made(virtual("mill", "Mill"));
  const [heading, hint, start] = view.sections[1].cards;
  assert.equal(heading.heading, "dashboard_console");
  assert.match(hint.content, /console_start.*resume/);
  assert.equal(start.tap_action.target.entity_id, "button.mill_of_console_start");
  assert.ok(shown(view).includes("switch.mill_of_safety_key"));
});

test("speed and incline are drawn with their targets", () => {
  const graphs = cards(made(treadmill("mill", "Mill"))[0]).filter(({ type }) => type === "history-graph");
  assert.deepEqual(
    graphs.map(({ entities }) => entities.map(({ entity }) => entity)),
    [
      ["sensor.mill_of_speed", "number.mill_of_target_speed"],
      ["sensor.mill_of_incline", "number.mill_of_target_incline"],
    ],
  );
});

test("disabled and hidden entities are left out, and so is what is of another integration", () => {
  const [mill, all] = treadmill("mill", "Mill");
  const hidden = all.map((one) => (one.translation_key === "speed" ? { ...one, hidden: true } : one));
  const foreign = { entity_id: "sensor.power", device_id: "mill", platform: "plug", translation_key: "distance" };
  const enabled = hidden.filter(({ translation_key }) => translation_key !== "distance");
  const seen = shown(made([mill, [...enabled, foreign]])[0]);
  assert.ok(!seen.includes("sensor.mill_of_speed"));
  assert.ok(!seen.some((entity) => entity.includes("distance")));
  assert.ok(!seen.includes("sensor.power"));
});

test("a treadmill all of whose entities are disabled still has its session card", () => {
  const [view] = made([device("mill", "Mill"), []]);
  assert.deepEqual(cards(view).map(({ type }) => type), ["custom:descent-session-card"]);
});

test("runners come last, each under their name", () => {
  const [view] = made(treadmill("mill", "Mill"), runner("ada", "Ada"), runner("bob", "Bob"));
  assert.deepEqual(headings(view).slice(-2), ["Ada", "Bob"]);
  assert.deepEqual(shown(view).slice(-2), ["select.ada_of_level", "select.bob_of_level"]);
});

test("several treadmills have an overview that opens theirs and stops each of them", () => {
  const views = made(treadmill("b", "Mill 10"), treadmill("a", "Mill 9"), runner("ada", "Ada"));
  assert.deepEqual(views.map(({ title }) => title), ["dashboard_overview", "Mill 9", "Mill 10"]);
  assert.deepEqual(views.map(({ path }) => path), ["overview", "a", "b"]);
  const tiles = cards(views[0]).filter(({ features }) => features);
  assert.deepEqual(tiles.map(({ tap_action }) => tap_action.navigation_path), ["a", "b"]);
  assert.deepEqual(tiles.map(({ features }) => features[0].type), Array(2).fill("custom:descent-session-controls"));
  assert.deepEqual(headings(views[0]), ["dashboard_treadmills", "Ada"]);
  assert.deepEqual(headings(views[1]).includes("Ada"), false);
});

test("dozens of treadmills are not dozens of tabs", () => {
  const many = made(...Array.from({ length: 30 }, (_, index) => treadmill(`m${index}`, `Mill ${index}`)));
  assert.equal(many.length, 31);
  assert.equal(many.filter(({ subview }) => !subview).length, 1);
});

test("without a treadmill the dashboard says how to add one", () => {
  const [view, ...others] = made(runner("ada", "Ada"), treadmill("old", "Old", { disabled_by: "user" }));
  assert.deepEqual(others, []);
  assert.match(cards(view)[1].content, /no_treadmill.*\(\/config\/.*domain=descent\)/s);
  assert.deepEqual(headings(view), ["dashboard_treadmills", "Ada"]);
});

test("a name with markup is nowhere but in texts that are shown as they are", () => {
  const name = "<img src=x onerror=alert(1)> {{ states }}";
  const all = made(virtual("a", name), virtual("b", name), runner("ada", name)).flatMap(cards);
  assert.ok(!all.some(({ type, content }) => type === "markdown" && content.includes("img")));
});

test("the texts are those that were loaded just before", async () => {
  const { views } = await DescentStrategy.generate({}, home([]));
  assert.match(cards(views[0])[1].content, /^loaded component.descent.exceptions.no_treadmill.message/);
});

test("it is offered among the dashboards of the community", () => {
  assert.equal(STRATEGY.strategyType, "dashboard");
  assert.equal(STRATEGY.type, "descent");
});
