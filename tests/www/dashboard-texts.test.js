/** Tile features and strategy ask for texts that exist, and none is left over. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { home, runner, treadmill, virtual } from "./frontend.js";

const { declineStepper, sessionControls, speedStepper } = await import("../../custom_components/descent/www/features.js");
const { dashboard } = await import("../../custom_components/descent/www/strategy.js");

const translations = new URL("../../custom_components/descent/translations/en.json", import.meta.url);
const { entity, exceptions, selector } = JSON.parse(readFileSync(translations, "utf8"));

const own = (key) => /^(tile|dashboard)_/.test(key);
const TARGETS = ["target_speed", "target_incline", "target_decline"].map((key) => `number.a_of_${key}`);

function asked() {
  const keys = new Set();
  const note = (key) => keys.add(key.split(".").at(-1)) && key;
  const states = Object.fromEntries(TARGETS.map((id) => [id, ["3", {}]]));
  for (const parts of [[], [virtual("a", "A")], [treadmill("a", "A"), virtual("b", "B"), runner("c", "C")]]) {
    dashboard(home(parts), note);
  }
  const hass = { ...home([treadmill("a", "A")], states), localize: note };
  [...TARGETS.map((id) => [speedStepper, id]), ...TARGETS.map((id) => [declineStepper, id])].forEach(([view, id]) => view(hass, id));
  return keys;
}

test("every text of tiles and dashboard exists, and none is left over", () => {
  const known = Object.keys(selector.card.options).filter(own);
  assert.deepEqual([...asked()].filter(own).sort(), known.sort());
});

test("the hint at the console names both buttons", () => {
  assert.match(selector.card.options.dashboard_console_hint, /\{start\}.*\{resume\}/);
});

test("buttons are called as in the rest of Home Assistant", () => {
  const named = new Set();
  const note = (key) => named.add(key) && key;
  const hass = { ...home([treadmill("a", "A")], { "sensor.a_of_session_state": ["paused"] }), localize: note };
  sessionControls(hass, "sensor.a_of_session_state");
  const names = [...named].map((key) => key.split(".").at(-2));
  assert.ok(names.every((name) => entity.button[name].name));
  assert.ok(exceptions.no_treadmill.message);
});
