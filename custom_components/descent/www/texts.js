/** Texts of the frontend, from the translations of the integration. */

/** @import * as T from "./types.js" */

/** Load what `texts` reads; quick when it is there already. @type {(hass: T.Hass) => Promise<unknown>} */
export const loadTexts = (hass) => Promise.all(["selector", "exceptions", "entity"].map((kind) => hass.loadBackendTranslation(kind, "descent")));

/**
 * Texts of the card by key; others by where they stand, like `phase.descent` or `exceptions.no_contact`.
 * @type {(hass: T.Hass) => T.Text}
 */
export const texts = (hass) => (key, values) => {
  const [part, name] = key.includes(".") ? key.split(".") : ["card", key];
  const address = { exceptions: `exceptions.${name}.message`, button: `entity.button.${name}.name`, contact: `entity.sensor.contact.state.${name}` }[part ?? ""];
  return hass.localize(`component.descent.${address ?? `selector.${part}.options.${name}`}`, values) || key;
};

/** A user's own session may name things that no translation knows. @type {(key: string, name: string, t: T.Text) => string} */
export const named = (key, name, t) => (t(key) === key ? name.replaceAll("_", " ") : t(key));

/** Why something was refused, in the user's language as far as it is known. @type {(error: any, t: T.Text) => string} */
export function errorText(error, t) {
  const { translation_domain, translation_key, translation_placeholders, message } = error ?? {};
  const key = `exceptions.${translation_key}`;
  const text = (!translation_domain || translation_domain === "descent") && translation_key ? t(key, translation_placeholders) : key;
  return text === key ? String(message ?? error) : text;
}
