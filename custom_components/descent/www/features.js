/** Features of the tile card: the controls of a session, and steppers for belt and deck. */

import { entitiesOf, treadmillOf } from "./entities.js";
import { loadTexts, texts } from "./texts.js";

/** @import * as T from "./types.js" */

/** @type {{[icon: string]: string}} */
const ICONS = {
  start: "M8 5v14l11-7z",
  resume: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  skip: "M6 5v14l9-7zM16 5h3v14h-3z",
  stop: "M6 6h12v12H6z",
  less: "M5 11h14v2H5z",
  more: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
};

// A transparent border is seen where the system chooses the colours.
const STYLE = `<style>
:host{display:flex;align-items:center;height:var(--feature-height,42px);gap:var(--feature-button-spacing,12px);text-align:center}
*{flex:1;min-width:0}
output{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-weight:500}
button{--colour:var(--disabled-color);height:100%;padding:0;cursor:pointer;color:var(--primary-text-color);
border:1px solid transparent;border-radius:var(--feature-border-radius,12px);
background:color-mix(in srgb,var(--colour) 20%,transparent)}
button:hover{background:color-mix(in srgb,var(--colour) 35%,transparent)}
button:focus-visible{outline:2px solid var(--primary-text-color)}
button:disabled{cursor:not-allowed;color:var(--disabled-text-color);opacity:.6}
.stop{--colour:var(--error-color);color:var(--error-color)}
svg{display:block;height:24px;margin:auto;fill:currentColor}
</style>`;

/**
 * The buttons of a session never change places: a second tap hits nothing else. Stop works in any
 * state, also in one that nobody knows.
 * @type {T.FeatureView}
 */
export function sessionControls(hass, entity) {
  const treadmill = treadmillOf(hass, entity);
  if (!treadmill) return;
  const state = hass.states[entitiesOf(hass, treadmill)["sensor.session_state"] ?? ""]?.state ?? "";
  /** @type {(key: string, states: string[], action?: string) => T.FeatureItem} */
  const button = (key, states, action = key) => ({
    icon: key,
    label: hass.localize(`component.descent.entity.button.${key}.name`),
    press: states.includes(state) ? [action, { treadmill }] : undefined,
  });
  const resume = button("resume", ["waiting", "paused", "suspended"]);
  return [
    resume.press ? resume : button("start", ["idle", "finished"], "start_session"),
    button("pause", ["armed", "running", "suspended"]),
    button("skip", ["running", "waiting"]),
    button("stop", [state]),
  ];
}

/**
 * The buttons ask for a change and not for a value: what it starts from is known best where it is
 * carried out, also while there is no target, and two quick taps are two steps. A step is in the
 * machine's unit, whatever unit the target is shown in.
 * @type {(...steppings: T.Stepping[]) => T.FeatureView}
 */
const stepper = (...steppings) => (hass, entity) => {
  const treadmill = treadmillOf(hass, entity);
  const stepping = steppings.find(({ key }) => key === hass.entities[entity]?.translation_key);
  const target = hass.states[entity];
  if (!treadmill || !stepping || !target) return;
  const { min, max, step } = target.attributes;
  const { field, sign, less, more } = stepping;
  /** @type {(icon: string, key: string, by: number, end: boolean) => T.FeatureItem} */
  const button = (icon, key, by, end) => ({
    icon,
    label: texts(hass)(key),
    press: end || target.state === "unavailable" ? undefined : ["set_target", { treadmill, [field]: by }],
  });
  return [
    button("less", less, -sign * step, +target.state <= min),
    { label: target.state === "unknown" ? "–" : hass.formatEntityState(target) },
    button("more", more, sign * step, +target.state >= max),
  ];
};

export const speedStepper = stepper({
  key: "target_speed", field: "nudge_speed", sign: 1, less: "tile_slower", more: "tile_faster",
});
export const declineStepper = stepper(
  { key: "target_decline", field: "nudge_incline", sign: -1, less: "tile_less_steep", more: "tile_steeper" },
  { key: "target_incline", field: "nudge_incline", sign: 1, less: "tile_lower", more: "tile_higher" },
);

class Feature extends HTMLElement {
  root = this.attachShadow({ mode: "open" });
  /** @type {T.FeatureView} */
  view = () => undefined;
  entity = "";

  setConfig() {}

  /** @param {T.Context} context */
  set context(context) {
    this.entity = context?.entity_id ?? "";
    this.update();
  }

  /** @param {T.Hass} hass */
  set hass(hass) {
    if (!this._hass) loadTexts(hass).then(() => this.update());
    this._hass = hass;
    this.update();
  }

  /** Elements are made once, and keep the focus. */
  update() {
    const items = (this._hass && this.view(this._hass, this.entity)) ?? [];
    if (this.root.childElementCount !== items.length + 1)
      this.root.innerHTML = STYLE + items.map(({ icon }) => (icon ? "<button></button>" : "<output></output>")).join("");
    items.forEach(({ icon, label, press }, index) => {
      const element = /** @type {HTMLButtonElement} */ (this.root.children[index + 1]);
      if (!icon) {
        element.textContent = label;
        // A session changes targets all the time: only who presses the buttons hears each value.
        element.ariaLive = this.matches(":focus-within") ? "polite" : "off";
        return;
      }
      if (element.className !== icon) {
        element.className = icon;
        element.innerHTML = `<svg viewBox="0 0 24 24"><path d="${ICONS[icon]}"/></svg>`;
      }
      element.title = element.ariaLabel = label;
      element.disabled = !press;
      element.onclick = (event) => {
        event.stopPropagation();
        // Home Assistant itself shows a refusal, in the user's language.
        if (press) this._hass?.callService("descent", ...press).catch(() => {});
      };
    });
  }
}

/** @type {(type: string, name: string, view: T.FeatureView) => T.FeatureEntry} */
const feature = (type, name, view) => ({
  type,
  name: `Descent: ${name}`,
  configurable: false,
  isSupported: (hass, { entity_id = "" }) => Boolean(view(hass, entity_id)),
  element: class extends Feature {
    view = view;
  },
});

export const FEATURES = [
  feature("descent-session-controls", "session controls", sessionControls),
  feature("descent-speed-stepper", "speed stepper", speedStepper),
  feature("descent-decline-stepper", "decline stepper", declineStepper),
];
