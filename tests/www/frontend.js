/** A Home Assistant as the frontend sees it: what the tests of the dashboard are about. */

// Elements are classes of it, and are only defined here, never made.
globalThis.HTMLElement ??= class {};

const TREADMILL = {
  sensor: ["speed", "incline", "distance", "descent", "session_state", "phase", "contact"],
  binary_sensor: ["connected", "belt_moving"],
  number: ["target_speed", "target_incline", "target_decline"],
  select: ["session", "runner"],
  button: ["start", "pause", "resume", "skip", "stop"],
  switch: ["keep_connected"],
};
export const CONSOLE = {
  button: ["console_start", "console_stop", "console_faster", "console_slower", "console_incline_up", "console_incline_down"],
  switch: ["safety_key"],
};

/** A device of Descent; its entities have ids that nobody could guess. */
export const device = (id, name, more = {}) => ({ id, name, identifiers: [["descent", `entry ${id}`]], ...more });

export const entities = (device_id, keys) =>
  Object.entries(keys).flatMap(([domain, all]) =>
    all.map((key) => ({ entity_id: `${domain}.${device_id}_of_${key}`, device_id, platform: "descent", translation_key: key })),
  );

export const treadmill = (id, name, more) => [device(id, name, more), entities(id, TREADMILL)];
export const virtual = (id, name) => [device(id, name), [...entities(id, TREADMILL), ...entities(id, CONSOLE)]];
export const runner = (id, name) => [device(id, name, { entry_type: "service" }), entities(id, { select: ["level"] })];

export const home = (parts, states = {}) => ({
  devices: Object.fromEntries(parts.map(([one]) => [one.id, one])),
  entities: Object.fromEntries(parts.flatMap(([, all]) => all).map((entity) => [entity.entity_id, entity])),
  states: Object.fromEntries(Object.entries(states).map(([id, [state, attributes = {}]]) => [id, { entity_id: id, state, attributes }])),
  locale: { language: "en" },
  localize: (key, values) => (values ? `${key} ${JSON.stringify(values)}` : key),
  loadBackendTranslation: async () => (key) => `loaded ${key}`,
  formatEntityState: ({ state, attributes }) => `${state} ${attributes.unit_of_measurement ?? ""}`.trim(),
});
