/** Devices and entities of Descent. Pure. */

/** @import * as T from "./types.js" */

/** @type {T.NameOf} */
export const nameOf = (device) => device.name_by_user || device.name || "Descent";

// A runner is no thing: Home Assistant calls such devices services.
/** @type {T.IsRunner} */
const isRunner = (device) => device.entry_type === "service";

/** Treadmills, or runners, that are not disabled, by name. @type {T.Devices} */
export const devices = (hass, runner) =>
  Object.values(hass.devices)
    .filter((one) => !one.disabled_by && one.identifiers.some(([domain]) => domain === "descent") && isRunner(one) === runner)
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other), hass.locale?.language, { numeric: true }));

/** @type {WeakMap<object, {[device: string]: T.Ids}>} */
const known = new WeakMap();

/** A device's entities by domain and key, like `number.target_speed`, without hidden ones. @type {T.EntitiesOf} */
export function entitiesOf(hass, device) {
  let all = known.get(hass.entities);
  if (!all) {
    known.set(hass.entities, (all = {}));
    for (const [id, entity] of Object.entries(hass.entities))
      if (entity.platform === "descent" && entity.device_id && !entity.hidden)
        (all[entity.device_id] ??= {})[`${id.split(".")[0]}.${entity.translation_key}`] = id;
  }
  return all[device] ?? {};
}

/** Id of the treadmill that an entity belongs to. @type {T.TreadmillOf} */
export function treadmillOf(hass, entity) {
  const { platform, device_id } = hass.entities[entity] ?? {};
  const device = platform === "descent" && device_id && hass.devices[device_id];
  return device && !isRunner(device) ? device_id : undefined;
}
