/** Devices and entities of Descent. Pure. */

/** @import * as T from "./types.js" */

/** @type {T.NameOf} */
export const nameOf = (device) => device.name_by_user || device.name || "Descent";

// A runner is no thing: Home Assistant calls such devices services.
/** Treadmills, or runners, that are not disabled, by name. @type {T.Devices} */
export const devices = (hass, runner = false) =>
  Object.values(hass.devices)
    .filter((one) => !one.disabled_by && one.identifiers.some(([domain]) => domain === "descent"))
    .filter((one) => (one.entry_type === "service") === runner)
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other), hass.locale?.language, { numeric: true }));

/** @type {WeakMap<object, {[device: string]: T.Ids}>} */
const known = new WeakMap();

/** A device's entities by domain and key, like `number.target_speed`, without hidden ones. @type {T.EntitiesOf} */
export function entitiesOf(hass, device) {
  let all = known.get(hass.entities);
  if (!all) {
    known.set(hass.entities, (all = {}));
    for (const { platform, device_id, hidden, entity_id, translation_key } of Object.values(hass.entities))
      if (platform === "descent" && device_id && !hidden)
        (all[device_id] ??= {})[`${entity_id.split(".")[0]}.${translation_key}`] = entity_id;
  }
  return all[device] ?? {};
}

/** The treadmill that an entity of Descent belongs to. @type {T.TreadmillOf} */
export function treadmillOf(hass, entity) {
  const { platform, device_id = "" } = hass.entities[entity] ?? {};
  const device = platform === "descent" && hass.devices[device_id];
  return device && device.entry_type !== "service" ? device_id : undefined;
}
