/** Words and numbers as this user reads them. Texts are the translations of the integration. */

/** @import * as T from "./types.js" */

/** Load what `texts` reads; returns a `hass` that knows it, as this one is from before. @type {T.LoadTexts} */
export async function loadTexts(hass) {
  const load = (/** @type {string} */ kind) => hass.loadBackendTranslation(kind, "descent");
  await Promise.all(["exceptions", "entity"].map(load));
  return { ...hass, localize: await load("selector") };
}

/**
 * Texts of the card by key; others by where they stand, like `phase.descent` or `exceptions.no_contact`.
 * @type {(hass: T.Hass) => T.Text}
 */
export const texts = (hass) => (key, values) => {
  const [part, name] = key.includes(".") ? key.split(".") : ["card", key];
  const address = { exceptions: `exceptions.${name}.message`, button: `entity.button.${name}.name`, contact: `entity.sensor.contact.state.${name}` }[part ?? ""];
  return hass.localize(`component.descent.${address ?? `selector.${part}.options.${name}`}`, values) || key;
};

/** A user's own session may name things that no translation knows. @type {T.Named} */
export const named = (key, name, t) => (t(key) === key ? name.replaceAll("_", " ") : t(key));

/** Why something was refused, in the user's language as far as it is known. @type {T.ErrorText} */
export function errorText(error, t) {
  const { translation_domain, translation_key, translation_placeholders, message } = error ?? {};
  const key = `exceptions.${translation_key}`;
  const text = (!translation_domain || translation_domain === "descent") && translation_key ? t(key, translation_placeholders) : key;
  return text === key ? String(message ?? error) : text;
}

const GROUPING = /** @type {{[format: string]: string}} */ ({
  comma_decimal: "en-US",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
});
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map(); // slow to make
const MINUS = "\u2212"; // as wide as a plus, and no hyphen

/** @type {(hass: T.Hass) => T.Units} */
export function units(hass) {
  const { language = "en", number_format = "language" } = hass.locale ?? {};
  const imperial = hass.config?.unit_system?.length === "mi";
  const locale = number_format === "system" ? undefined : (GROUPING[number_format] ?? language);

  /** @type {T.Units["number"]} */
  const number = (value, digits = 0) => {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: number_format !== "none" };
    const key = [locale, digits, number_format].join();
    const format = formats.get(key) ?? new Intl.NumberFormat(locale, options);
    formats.set(key, format);
    // Adding 0 turns a negative zero into one without a sign.
    return format.format(+value.toFixed(digits) + 0).replace("-", MINUS);
  };
  /** @type {T.Units["distance"]} */
  const distance = (metres) => {
    const [large, small] = imperial ? [metres / 1609.344, metres / 0.3048] : [metres / 1000, metres];
    return large < 1 ? `${number(small)} ${imperial ? "ft" : "m"}` : `${number(large, 2)} ${imperial ? "mi" : "km"}`;
  };
  return {
    imperial,
    number,
    distance,
    speedUnit: imperial ? "mph" : "km/h",
    speed: (kmh) => number(imperial ? kmh / 1.609344 : kmh, 1),
    height: (metres) => (imperial ? `${number(metres / 0.3048)} ft` : `${number(metres)} m`),
    percent: (value) => number(value, Number.isInteger(+value.toFixed(1)) ? 0 : 1),
    share: (value) => `${number(Math.floor(value * 100 + 1e-6))} %`,
  };
}

/** Minutes and seconds, hours only where there are any; part of a second counts as one. @type {(seconds: number) => string} */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds - 1e-3));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return h ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}
