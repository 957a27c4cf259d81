/** The card's words in English, as Home Assistant gives them: from the integration's translations. */

import { readFileSync } from "node:fs";

import { texts, units } from "../../custom_components/descent/www/words.js";

const TRANSLATIONS = JSON.parse(readFileSync(new URL("../../custom_components/descent/translations/en.json", import.meta.url), "utf8"));

const localize = (key, values = {}) => {
  const text = key.split(".").slice(2).reduce((part, name) => part?.[name], TRANSLATIONS);
  return text?.replace(/\{(\w+)\}/g, (_, name) => values[name]) ?? "";
};

export const hass = (more = {}) => ({ localize, locale: { language: "en" }, ...more });
export const words = (more = {}) => ({ t: texts(hass(more)), u: units(hass(more)) });
export const IMPERIAL = { config: { unit_system: { length: "mi" } } };

export const step = (phase, more = {}) => ({
  index: 0, phase, speed_kmh: 8, incline_pct: 0, duration_s: 60, distance_m: null, nominal_s: 60,
  ramp_from_kmh: null, ramp_to_kmh: null, ramp_s: 0, rep: 0, reps: 0, items: [], ...more,
});
export const DESCENT = step("descent", { speed_kmh: 14.4, incline_pct: -6, duration_s: null, distance_m: 120, nominal_s: 30, rep: 2, reps: 6 });
export const plan = (steps, more = {}) => ({
  session: "test", name: "Test", duration_s: steps.reduce((sum, one) => sum + one.nominal_s, 0), descent_m: 7.2,
  fidelity_descent: 1, reps: 1, added_reps: 0, notes: [], steps, ...more,
});

/** A treadmill that stands ready, and whatever is different about it. */
export const live = (more = {}) => ({
  connected: true, contact: "connected", speed_kmh: 0, incline_pct: 0, heart_rate_bpm: null, safety_key_out: false,
  distance_m: 0, descent_m: 0, target_speed_kmh: null, target_incline_pct: null, state: "idle", reason: null,
  step: null, next_step: null, step_ends: null, session_ends: null, arming_ends: null, belt_starts: null,
  plan_s: null, step_left_m: null, controls: true, confirmation: null, cue: null, plan: null, summary: null, ...more,
});
