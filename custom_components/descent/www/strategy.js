/** The dashboard strategy `custom:descent`: all treadmills and runners, without configuration. */

import { devices, entitiesOf, nameOf } from "./entities.js";
import { loadTexts, texts } from "./words.js";

/** @import * as T from "./types.js" */

const FULL = { grid_options: { columns: "full" } };
const NAME = { type: "entity" }; // without its device's, which stands above it
const TABS = 5; // more treadmills are no tabs: they open from the overview

/** Nothing where only the heading is there. @type {T.Grid} */
const section = (heading, cards) =>
  cards.length ? [{ type: "grid", cards: [{ type: "heading", heading }, ...cards] }] : [];

/** Nothing for an entity that is not there. @type {T.Tile} */
const tile = (entity, feature, more) =>
  entity ? [{ type: "tile", entity, name: NAME, ...(feature && { features: [{ type: feature }], ...FULL }), ...more }] : [];

/** Of a virtual treadmill: whoever looks at it is its runner too. @type {T.Section} */
function consoleOf(ids, t) {
  const keys = ["start", "faster", "incline_up", "stop", "slower", "incline_down"];
  const buttons = keys.flatMap((key) => {
    const entity = ids[`button.console_${key}`];
    const tap_action = { action: "perform-action", perform_action: "button.press", target: { entity_id: entity } };
    return entity ? [{ type: "button", entity, name: NAME, tap_action, grid_options: { columns: 4, rows: 2 } }] : [];
  });
  const content = t("dashboard_console_hint", { start: t("button.console_start"), resume: t("button.resume") });
  const hint = { type: "markdown", text_only: true, content, ...FULL };
  return buttons.length
    ? section(t("dashboard_console"), [hint, ...buttons, ...tile(ids["switch.safety_key"], "toggle")])
    : [];
}

/** @type {T.Section} */
function beltOf(ids, t) {
  const entity = ids["number.target_decline"];
  // A deck that does not decline, or is not there now, has an incline all the same.
  /** @type {T.TargetTile} */
  const target = (key, feature, is) =>
    tile(ids[`number.target_${key}`], `custom:descent-${feature}-stepper`, {
      hide_state: true,
      visibility: is && entity ? [{ condition: "state", entity, ...is }] : [],
    });
  const measured = ["speed", "incline", "distance", "descent", "heart_rate", "energy", "contact", "decline_check"];
  const key = ids["switch.safety_key"] ? [] : ["safety_key"];
  return section(t("dashboard_belt"), [
    ...target("speed", "speed"),
    ...target("decline", "decline", { state_not: "unavailable" }),
    ...target("incline", "decline", { state: "unavailable" }),
    ...measured.flatMap((key) => tile(ids[`sensor.${key}`])),
    ...["belt_moving", "connected", ...key].flatMap((key) => tile(ids[`binary_sensor.${key}`])),
    ...tile(ids["switch.keep_connected"], "toggle"),
  ]);
}

/** @type {T.Section} */
const historyOf = (ids, t) =>
  section(
    t("dashboard_history"),
    ["speed", "incline"].flatMap((key) => {
      const entities = [`sensor.${key}`, `number.target_${key}`].flatMap((key) => (ids[key] ? [{ entity: ids[key], name: NAME }] : []));
      return entities.length ? [{ type: "history-graph", hours_to_show: 1, entities, ...FULL }] : [];
    }),
  );

/** @type {T.Dashboard} */
export function dashboard(hass, t) {
  const people = devices(hass, true).flatMap((runner) =>
    section(nameOf(runner), Object.values(entitiesOf(hass, runner.id)).flatMap((entity) => tile(entity, undefined, FULL))),
  );
  const machines = devices(hass);
  const alone = machines.length === 1;
  const views = machines.map((machine) => {
    const ids = entitiesOf(hass, machine.id);
    const card = { type: "custom:descent-session-card", device: machine.id, ...FULL };
    return {
      type: "sections",
      title: nameOf(machine),
      path: machine.id,
      subview: machines.length > TABS,
      sections: [
        { type: "grid", column_span: 2, cards: [card] },
        ...[consoleOf, beltOf, historyOf].flatMap((part) => part(ids, t)),
        ...(alone ? people : []),
      ],
    };
  });
  if (alone) return { views };
  const none = `${t("exceptions.no_treadmill")}

[${t("dashboard_add")}](/config/integrations/dashboard/add?domain=descent)`;
  const all = machines.flatMap(({ id }) =>
    tile(entitiesOf(hass, id)["sensor.session_state"], "custom:descent-session-controls", {
      name: { type: "device" },
      tap_action: { action: "navigate", navigation_path: id },
    }),
  );
  const first = section(t("dashboard_treadmills"), machines.length ? all : [{ type: "markdown", content: none, ...FULL }]);
  const overview = { type: "sections", title: t("dashboard_overview"), path: "overview", sections: [...first, ...people] };
  return { views: [overview, ...views] };
}

export class DescentStrategy extends HTMLElement {
  /**
   * Home Assistant asks again when a device or an entity comes, goes or changes its name.
   * @param {unknown} _config
   * @param {T.Hass} hass
   */
  static async generate(_config, hass) {
    const now = await loadTexts(hass);
    return dashboard(now, texts(now));
  }

  /** Of a new dashboard. */
  static getCreateSuggestions() {
    return { title: "Descent", icon: "mdi:slope-downhill" };
  }
}

export const STRATEGY = {
  type: "descent",
  strategyType: "dashboard",
  name: "Descent",
  description: "All treadmills and runners: sessions, targets, history.",
  documentationURL: "https://github.com/descent-ha/descent",
};
