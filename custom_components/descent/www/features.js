/** Features of the tile card: the controls of a session, and steppers for belt and deck. */

import { entitiesOf, treadmillOf } from "./entities.js";
import { errorText, loadTexts, texts } from "./words.js";

/** @import * as T from "./types.js" */

// A transparent border is seen where the system chooses the colours.
const STYLE = `<style>
:host{display:flex;align-items:center;height:var(--feature-height,42px);gap:min(12px,4%)}
*{flex:1;min-width:0}
output{flex:1 0 auto;text-align:center;font-weight:500}
button{--colour:var(--disabled-color);height:100%;padding:0;cursor:pointer;color:var(--primary-text-color);
border:1px solid transparent;border-radius:var(--feature-border-radius,12px);
background:color-mix(in srgb,var(--colour) 20%,transparent)}
button:focus-visible{outline:2px solid}
button:disabled{cursor:not-allowed;color:var(--disabled-text-color)}
.stop{--colour:var(--error-color);color:var(--error-color)}
</style>`;

/**
 * The buttons never change places: a second tap hits nothing else. Stop works in any state, also in
 * one that nobody knows.
 * @type {T.FeatureView}
 */
export function sessionControls(hass, entity) {
  const treadmill = treadmillOf(hass, entity);
  if (!treadmill) return;
  const t = texts(hass);
  const state = hass.states[entitiesOf(hass, treadmill)["sensor.session_state"] ?? ""]?.state ?? "";
  /** @type {T.SessionButton} */
  const button = (key, icon, states, action = key) => ({
    icon,
    label: t(`button.${key}`),
    press: states.includes(state) ? [action, { treadmill }] : undefined,
  });
  const resume = button("resume", "play", ["waiting", "paused", "suspended"]);
  return [
    resume.press ? resume : button("start", "play", ["idle", "finished"], "start_session"),
    button("pause", "pause", ["armed", "running", "suspended"]),
    button("skip", "skip-next", ["running", "waiting"]),
    button("stop", "stop", [state]),
  ];
}

/**
 * Asks for a change and not for a value: what it starts from is known best where it is carried out,
 * also without a target, and two quick taps are two steps. A step is in the unit that the target is shown in.
 * @type {T.Stepper}
 */
const stepper = (field, signs) => (hass, entity) => {
  const treadmill = treadmillOf(hass, entity);
  const key = hass.entities[entity]?.translation_key ?? "";
  const target = hass.states[entity];
  if (!treadmill || !signs[key] || !target) return;
  const { min, max, step, unit_of_measurement } = target.attributes;
  const unit = field === "nudge_speed" ? { speed_unit: unit_of_measurement } : {};
  /** @type {T.StepButton} */
  const button = (way, icon, by, end) => ({
    icon,
    label: texts(hass)(`tile_${key}_${way}`),
    press: end || target.state === "unavailable" ? undefined : ["set_target", { treadmill, [field]: by, ...unit }],
  });
  return [
    button("less", "minus", -signs[key] * step, +target.state <= min),
    { label: target.state === "unknown" ? "–" : hass.formatEntityState(target) },
    button("more", "plus", signs[key] * step, +target.state >= max),
  ];
};

export const speedStepper = stepper("nudge_speed", { target_speed: 1 });
export const declineStepper = stepper("nudge_incline", { target_decline: -1, target_incline: 1 });

class Feature extends HTMLElement {
  root = this.attachShadow({ mode: "open" });
  entity = "";

  setConfig() {}

  /** @param {T.Context} context */
  set context(context) {
    this.entity = context?.entity_id ?? "";
    this.update();
  }

  /** @param {T.Hass} hass */
  set hass(hass) {
    if (!this._hass) loadTexts(hass);
    this._hass = hass;
    this.update();
  }

  /** @type {T.FeatureView} */
  view() {
    return;
  }

  /** Elements are made once, and keep the focus. */
  update() {
    const items = (this._hass && this.view(this._hass, this.entity)) ?? [];
    if (this.root.childElementCount !== items.length + 1)
      this.root.innerHTML =
        STYLE + items.map(({ icon }) => (icon ? "<button><ha-icon></ha-icon></button>" : "<output></output>")).join("");
    items.forEach(({ icon, label, press }, index) => {
      const element = /** @type {HTMLButtonElement} */ (this.root.children[index + 1]);
      if (!icon) {
        element.textContent = label;
        // A session changes targets all the time: only who presses the buttons hears each value.
        element.ariaLive = this.matches(":focus-within") ? "polite" : "off";
        return;
      }
      element.firstElementChild?.setAttribute("icon", `mdi:${icon}`);
      element.className = icon;
      element.title = element.ariaLabel = label;
      element.disabled = !press;
      element.onclick = (event) => {
        event.stopPropagation();
        if (this._hass && press) void this.ask(this._hass, ...press);
      };
    });
  }

  /** Home Assistant shows a refusal. @type {T.Ask} */
  async ask(hass, action, data) {
    try {
      await hass.connection.sendMessagePromise({ type: "descent/act", action, data });
    } catch (error) {
      const detail = { message: errorText(error, texts(hass)) };
      this.dispatchEvent(new CustomEvent("hass-notification", { detail, bubbles: true, composed: true }));
    }
  }
}

/** @type {T.Feature} */
const feature = (what, view) => ({
  type: `descent-${what.replace(" ", "-")}`,
  name: `Descent: ${what}`,
  isSupported: (hass, { entity_id = "" }) => Boolean(view(hass, entity_id)),
  element: class extends Feature {
    view = view;
  },
});

export const FEATURES = [
  feature("session controls", sessionControls),
  feature("speed stepper", speedStepper),
  feature("decline stepper", declineStepper),
];
