/** The dashboard strategy `custom:descent`: all treadmills and runners, without configuration. */

import { devices, entitiesOf, nameOf } from "./entities.js";
import { loadTexts, texts } from "./texts.js";

/** @import * as T from "./types.js" */

const FULL = { grid_options: { columns: "full" } };
const NAME = { type: "entity" }; // without its device's, which stands above it
const TABS = 5; // more treadmills are no tabs: they open from the overview

/** @type {(text: string) => T.Card} */
const heading = (text) => ({ type: "heading", heading: text });

/** A tile for each entity that is there. @type {(ids: T.Ids, keys: string[], more?: T.Card) => T.Card[]} */
const tiles = (ids, keys, more) =>
  keys.flatMap((key) => (ids[key] ? [{ type: "tile", entity: ids[key], name: NAME, ...more }] : []));

/** @type {(feature: string) => T.Card} */
const having = (feature) => ({ features: [{ type: feature }], ...FULL });

/** @type {(what: string) => T.Card} */
const stepping = (what) => ({ ...having(`custom:descent-${what}-stepper`), hide_state: true });

/** None where only the heading is there. @type {(cards: T.Card[]) => T.Card[]} */
const section = (cards) => (cards.length > 1 ? [{ type: "grid", cards }] : []);

/** @type {(title: string, path: string, sections: T.Card[], subview?: boolean) => T.Card} */
const view = (title, path, sections, subview) => ({ type: "sections", max_columns: 3, title, path, sections, subview });

/** @type {(to: string) => T.Card} */
const opens = (to) => ({ tap_action: { action: "navigate", navigation_path: to } });

/** Of a virtual treadmill: whoever looks at it is its runner too. @type {(ids: T.Ids, t: T.Text, hass: T.Hass) => T.Card[]} */
function consoleOf(ids, t, hass) {
  const buttons = ["start", "faster", "incline_up", "stop", "slower", "incline_down"].flatMap((key) => {
    const entity = ids[`button.console_${key}`];
    const tap_action = { action: "perform-action", perform_action: "button.press", target: { entity_id: entity } };
    return entity ? [{ type: "button", entity, name: NAME, tap_action, grid_options: { columns: 4, rows: 2 } }] : [];
  });
  if (!buttons.length) return [];
  const [start, resume] = ["console_start", "resume"].map((key) => hass.localize(`component.descent.entity.button.${key}.name`));
  const hint = { type: "markdown", text_only: true, content: t("dashboard_console_hint", { start, resume }), ...FULL };
  return section([heading(t("dashboard_console")), hint, ...buttons, ...tiles(ids, ["switch.safety_key"], having("toggle"))]);
}

/** @type {(ids: T.Ids, t: T.Text) => T.Card[]} */
function beltOf(ids, t) {
  const entity = ids["number.target_decline"];
  // A deck that does not decline, or is not there now, has an incline all the same.
  /** @type {(is: T.Card) => T.Card} */
  const when = (is) => (entity ? { visibility: [{ condition: "state", entity, ...is }] } : {});
  return section([
    heading(t("dashboard_belt")),
    ...tiles(ids, ["number.target_speed"], stepping("speed")),
    ...tiles(ids, ["number.target_decline"], { ...stepping("decline"), ...when({ state_not: "unavailable" }) }),
    ...tiles(ids, ["number.target_incline"], { ...stepping("decline"), ...when({ state: "unavailable" }) }),
    ...tiles(ids, [
      "sensor.speed", "sensor.incline", "sensor.distance", "sensor.descent", "sensor.heart_rate", "sensor.energy",
      "binary_sensor.belt_moving", "binary_sensor.connected", "sensor.contact", "sensor.decline_check",
      ids["switch.safety_key"] ? "" : "binary_sensor.safety_key",
    ]),
    ...tiles(ids, ["switch.keep_connected"], having("toggle")),
  ]);
}

/** @type {(ids: T.Ids, t: T.Text) => T.Card[]} */
const historyOf = (ids, t) =>
  section([
    heading(t("dashboard_history")),
    ...["speed", "incline"].flatMap((key) => {
      const entities = [ids[`sensor.${key}`], ids[`number.target_${key}`]].flatMap((entity) => (entity ? [{ entity, name: NAME }] : []));
      return entities.length ? [{ type: "history-graph", hours_to_show: 1, entities, ...FULL }] : [];
    }),
  ]);

/** @type {(hass: T.Hass, t: T.Text) => {views: T.Card[]}} */
export function dashboard(hass, t) {
  const people = devices(hass, true).flatMap((runner) => {
    const ids = entitiesOf(hass, runner.id);
    return section([heading(nameOf(runner)), ...tiles(ids, Object.keys(ids), FULL)]);
  });
  const machines = devices(hass, false);
  const views = machines.map((machine) => {
    const ids = entitiesOf(hass, machine.id);
    const card = { type: "custom:descent-session-card", device: machine.id, ...FULL };
    const sections = [
      { type: "grid", column_span: 2, cards: [card] },
      ...consoleOf(ids, t, hass),
      ...beltOf(ids, t),
      ...historyOf(ids, t),
      ...(machines.length > 1 ? [] : people),
    ];
    return view(nameOf(machine), machine.id, sections, machines.length > TABS);
  });
  if (views.length === 1) return { views };
  const none = [
    { type: "markdown", content: hass.localize("component.descent.exceptions.no_treadmill.message"), ...FULL },
    { type: "button", name: t("dashboard_add"), icon: "mdi:plus", ...opens("/config/integrations/dashboard/add?domain=descent") },
  ];
  const each = machines.flatMap(({ id }) =>
    tiles(entitiesOf(hass, id), ["sensor.session_state"], {
      ...having("custom:descent-session-controls"), ...opens(id), name: { type: "device" },
    }),
  );
  const first = machines.length ? [heading(t("dashboard_treadmills")), ...each] : none;
  return { views: [view(t("dashboard_overview"), "overview", [...section(first), ...people]), ...views] };
}

export class DescentStrategy extends HTMLElement {
  /**
   * Home Assistant asks again when a device or an entity comes, goes or changes its name.
   * @param {unknown} _config
   * @param {T.Hass} hass
   */
  static async generate(_config, hass) {
    await loadTexts(hass);
    // This `hass` is from before.
    const now = { ...hass, localize: await hass.loadBackendTranslation("selector", "descent") };
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
