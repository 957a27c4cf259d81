/** Texts and refusals in the user's language. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { errorText, loadTexts, named, texts } from "../../custom_components/descent/www/words.js";
import { html } from "../../custom_components/descent/www/markup.js";
import { hass } from "./english.js";

const t = texts(hass());

test("texts come from where they stand in the translations", () => {
  assert.equal(t("choose"), "Choose a session");
  assert.equal(t("phase.cool_down"), "Cool-down");
  assert.equal(t("button.pause"), "Pause");
  assert.equal(t("exceptions.unknown_session", { session: "x", known: "y" }), 'There is no session "x". There are: y.');
});

test("a text that is missing shows its key and not nothing", () => {
  assert.equal(t("nonsense"), "nonsense");
});

test("what a user's own session names has its own name", () => {
  assert.equal(named("cue.item_calves", "calves", t), "Stretch your calves, both sides.");
  assert.equal(named("cue.item_hip_circles", "hip_circles", t), "hip circles");
});

test("all three kinds of texts are loaded, and known to what is returned", async () => {
  const asked = [];
  const loadBackendTranslation = async (kind, domain) => {
    asked.push(`${domain} ${kind}`);
    return (key) => `${kind}: ${key}`;
  };
  const now = await loadTexts({ language: "de", loadBackendTranslation });
  assert.deepEqual(asked, ["descent exceptions", "descent entity", "descent selector"]);
  assert.equal(now.language, "de");
  assert.equal(now.localize("x"), "selector: x");
});

test("a refusal of Descent is told in the user's language", () => {
  const error = { code: "x", message: "other words", translation_domain: "descent", translation_key: "no_decline" };
  assert.equal(errorText(error, t), "This treadmill cannot decline.");
});

test("a refusal nobody knows is told in its own words", () => {
  assert.equal(errorText({ message: "Unknown command." }, t), "Unknown command.");
  assert.equal(errorText({ message: "own words", translation_key: "nonsense" }, t), "own words");
  assert.equal(errorText({ message: "own words", translation_domain: "light", translation_key: "no_decline" }, t), "own words");
  assert.equal(errorText(new Error("broken"), t), "broken");
  assert.equal(errorText("gone", t), "gone");
});

test("what is put into markup is text", () => {
  const { text } = html`<b title="${'"><img src=x onerror=alert(1)>'}">${"<script>"}</b>`;
  assert.equal(text, '<b title="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">&lt;script&gt;</b>');
});

test("markup and lists of it go into markup as they are, and nothing leaves nothing", () => {
  assert.equal(html`<ul>${[1, 2].map((one) => html`<li>${one}</li>`)}${null}${undefined}${false}${0}</ul>`.text, "<ul><li>1</li><li>2</li>0</ul>");
});
