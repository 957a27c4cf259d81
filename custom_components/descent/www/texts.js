/** Texts of the frontend, from the translations of the integration. */

/** @import {Hass, Text} from "./types.js" */

/**
 * Load what `texts` reads; quick when it is there already.
 * @param {Hass} hass
 */
export async function loadTexts(hass) {
  await Promise.all(["selector", "exceptions", "entity"].map((kind) => hass.loadBackendTranslation(kind, "descent")));
}

/**
 * @param {Hass} hass
 * @returns {Text}
 */
export const texts = (hass) => (key, values) =>
  hass.localize(`component.descent.selector.card.options.${key}`, values) || key;
