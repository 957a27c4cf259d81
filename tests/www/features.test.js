/** What the tile features show and what their buttons ask for. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { home, runner, treadmill } from "./frontend.js";

const { declineStepper, FEATURES, sessionControls, speedStepper } = await import("../../custom_components/descent/www/features.js");

const STATE = "sensor.mill_of_session_state";
const SPEED = "number.mill_of_target_speed";
const INCLINE = "number.mill_of_target_incline";
const DECLINE = "number.mill_of_target_decline";
const KMH = { min: 0.8, max: 8, step: 0.1, unit_of_measurement: "km/h" };
const PERCENT = { min: 0, max: 6, step: 0.5, unit_of_measurement: "%" };

const at = (states) => home([treadmill("mill", "Mill"), runner("ada", "Ada")], states);
const controls = (state) => sessionControls(at({ [STATE]: [state] }), STATE);
const asked = (items) => items.map(({ press }) => press?.[0]);
const ask = (view, entity, states) => view(at(states), entity).map(({ press }) => press?.[1]);

test("only what the state allows can be pressed", () => {
  assert.deepEqual(asked(controls("idle")), ["start_session", undefined, undefined, "stop"]);
  assert.deepEqual(asked(controls("armed")), [undefined, "pause", undefined, "stop"]);
  assert.deepEqual(asked(controls("running")), [undefined, "pause", "skip", "stop"]);
  assert.deepEqual(asked(controls("waiting")), ["resume", undefined, "skip", "stop"]);
  assert.deepEqual(asked(controls("paused")), ["resume", undefined, undefined, "stop"]);
  assert.deepEqual(asked(controls("suspended")), ["resume", "pause", undefined, "stop"]);
  assert.deepEqual(asked(controls("finished")), ["start_session", undefined, undefined, "stop"]);
});

test("stop can be pressed in a state that nobody knows", () => {
  assert.deepEqual(asked(controls("unavailable")), [undefined, undefined, undefined, "stop"]);
  assert.deepEqual(asked(sessionControls(at({}), STATE)), [undefined, undefined, undefined, "stop"]);
});

test("stop has the same place in every state", () => {
  const places = ["idle", "armed", "running", "waiting", "paused", "unavailable"].map((state) => controls(state)[3].icon);
  assert.deepEqual(new Set(places), new Set(["stop"]));
});

test("the buttons are for the treadmill of the entity", () => {
  assert.deepEqual(controls("idle")[0].press, ["start_session", { treadmill: "mill" }]);
  assert.deepEqual(sessionControls(at({ [STATE]: ["running"] }), "select.mill_of_session")[3].press, ["stop", { treadmill: "mill" }]);
});

test("the buttons are called as their entities are", () => {
  const names = controls("paused").map(({ label }) => label.split(".").at(-2));
  assert.deepEqual(names, ["resume", "pause", "skip", "stop"]);
});

test("faster and slower ask for one step", () => {
  const changes = ask(speedStepper, SPEED, { [SPEED]: ["5.0", KMH] });
  assert.deepEqual(changes, [{ treadmill: "mill", nudge_speed: -0.1, speed_unit: "km/h" }, undefined, { treadmill: "mill", nudge_speed: 0.1, speed_unit: "km/h" }]);
});

test("a step is one of the unit that is shown", () => {
  const mph = { min: 0.5, max: 13.6, step: 0.1, unit_of_measurement: "mph" };
  const [slower] = ask(speedStepper, SPEED, { [SPEED]: ["5.0", mph] });
  assert.deepEqual(slower, { treadmill: "mill", nudge_speed: -0.1, speed_unit: "mph" });
});

test("steeper lowers the deck, and less steep raises it", () => {
  const changes = ask(declineStepper, DECLINE, { [DECLINE]: ["3.0", PERCENT] });
  assert.deepEqual(changes, [{ treadmill: "mill", nudge_incline: 0.5 }, undefined, { treadmill: "mill", nudge_incline: -0.5 }]);
  const labels = declineStepper(at({ [DECLINE]: ["3.0", PERCENT] }), DECLINE).map(({ label }) => label);
  const options = "component.descent.selector.card.options";
  assert.deepEqual(labels, [`${options}.tile_target_decline_less`, "3.0 %", `${options}.tile_target_decline_more`]);
});

test("on an incline, more is higher", () => {
  const changes = ask(declineStepper, INCLINE, { [INCLINE]: ["-2.0", { ...PERCENT, min: -6, max: 15 }] });
  assert.deepEqual(changes, [{ treadmill: "mill", nudge_incline: -0.5 }, undefined, { treadmill: "mill", nudge_incline: 0.5 }]);
});

test("a target at its end goes no further", () => {
  assert.deepEqual(asked(declineStepper(at({ [DECLINE]: ["0.0", PERCENT] }), DECLINE)), [undefined, undefined, "set_target"]);
  assert.deepEqual(asked(speedStepper(at({ [SPEED]: ["8.0", KMH] }), SPEED)), ["set_target", undefined, undefined]);
});

test("without a target both ways are open: a change starts from what is measured", () => {
  const view = speedStepper(at({ [SPEED]: ["unknown", KMH] }), SPEED);
  assert.deepEqual(asked(view), ["set_target", undefined, "set_target"]);
  assert.equal(view[1].label, "–");
});

test("nothing can be changed while a target is unavailable", () => {
  assert.deepEqual(asked(speedStepper(at({ [SPEED]: ["unavailable"] }), SPEED)), [undefined, undefined, undefined]);
});

test("an entity that is gone shows nothing, and breaks nothing", () => {
  assert.equal(speedStepper(at({}), SPEED), undefined);
  assert.equal(sessionControls(at({}), "sensor.gone"), undefined);
  assert.equal(sessionControls(at({}), ""), undefined);
});

const supported = (entity, hass) => FEATURES.filter(({ isSupported }) => isSupported(hass, { entity_id: entity })).map(({ type }) => type);

test("features are offered for the entities they fit", () => {
  const hass = at({ [SPEED]: ["5.0", KMH], [DECLINE]: ["3.0", PERCENT] });
  assert.deepEqual(supported(STATE, hass), ["descent-session-controls"]);
  assert.deepEqual(supported(SPEED, hass), ["descent-session-controls", "descent-speed-stepper"]);
  assert.deepEqual(supported(DECLINE, hass), ["descent-session-controls", "descent-decline-stepper"]);
});

test("features are not offered for a runner, another integration or no entity", () => {
  const hass = at({ "number.other": ["5.0", KMH] });
  hass.entities["number.other"] = { entity_id: "number.other", device_id: "mill", platform: "other", translation_key: "target_speed" };
  assert.deepEqual(supported("select.ada_of_level", hass), []);
  assert.deepEqual(supported("number.other", hass), []);
  assert.deepEqual(supported(undefined, hass), []);
});

/** Press a button of a feature; `answer` is what Home Assistant does with the message. */
const pressed = async (answer) => {
  const [sent, notes] = [[], []];
  const sendMessagePromise = async (message) => {
    sent.push(message);
    return answer();
  };
  const hass = { ...at({}), connection: { sendMessagePromise } };
  const feature = { dispatchEvent: (event) => notes.push(event) };
  await FEATURES[0].element.prototype.ask.call(feature, hass, "skip", { treadmill: "mill" });
  return { sent, notes };
};

test("a button asks by Descent's own command", async () => {
  const { sent, notes } = await pressed(() => null);
  assert.deepEqual(sent, [{ type: "descent/act", action: "skip", data: { treadmill: "mill" } }]);
  assert.deepEqual(notes, []);
});

test("a refusal is shown by Home Assistant, in the user's language", async () => {
  const { notes } = await pressed(() => {
    throw { translation_domain: "descent", translation_key: "no_session", message: "No session is under way" };
  });
  assert.deepEqual(
    notes.map(({ type, detail, bubbles, composed }) => [type, detail.message, bubbles, composed]),
    [["hass-notification", "component.descent.exceptions.no_session.message", true, true]],
  );
});
