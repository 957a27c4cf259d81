/** Numbers as a user reads them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, units } from "../../custom_components/descent/www/words.js";
import { IMPERIAL, hass } from "./english.js";

const metric = units(hass());
const imperial = units(hass(IMPERIAL));

test("speeds are in the unit of the user", () => {
  assert.equal(`${metric.speed(14.4)} ${metric.speedUnit}`, "14.4 km/h");
  assert.equal(`${imperial.speed(14.4)} ${imperial.speedUnit}`, "8.9 mph");
});

test("short distances are in the small unit and long ones in the large one", () => {
  assert.equal(metric.distance(120), "120 m");
  assert.equal(metric.distance(1520), "1.52 km");
  assert.equal(imperial.distance(120), "394 ft");
  assert.equal(imperial.distance(1609.344), "1.00 mi");
});

test("heights are never in kilometres", () => {
  assert.equal(metric.height(1043.4), "1,043 m");
  assert.equal(imperial.height(43.1), "141 ft");
});

test("a slope below level has a minus sign, and a level one none", () => {
  assert.equal(metric.percent(-6), "\u22126");
  assert.equal(metric.percent(-5.5), "\u22125.5");
  assert.equal(metric.percent(-0.01), "0");
});

test("a share never promises more than there is", () => {
  assert.equal(metric.share(0.999), "99 %");
  assert.equal(metric.share(1), "100 %");
});

test("numbers are written as the user has chosen", () => {
  const written = (locale) => units(hass({ locale })).number(1234.5, 1);
  assert.equal(written({ language: "de" }), "1.234,5");
  assert.equal(written({ language: "de", number_format: "comma_decimal" }), "1,234.5");
  assert.equal(written({ language: "en", number_format: "decimal_comma" }), "1.234,5");
  assert.equal(written({ language: "en", number_format: "none" }), "1234.5");
});

test("a countdown says the second that has begun", () => {
  assert.equal(clock(59.2), "1:00");
  assert.equal(clock(60), "1:00");
  assert.equal(clock(0.5), "0:01");
  assert.equal(clock(3725), "1:02:05");
});

test("a countdown that is over stands at zero", () => {
  assert.equal(clock(-3), "0:00");
});
