/** The session card: starts, follows and ends a session on one treadmill. */

import { choosing, drawDone, hint, over, running } from "./card-html.js";
import { chosen, overridden, sessionOf } from "./choice-view.js";
import { devices, treadmillOf } from "./entities.js";
import { Following } from "./live.js";
import { html, show } from "./markup.js";
import { underWay } from "./session-view.js";
import { STYLE } from "./style.js";
import { errorText, loadTexts, texts, units } from "./words.js";

/** @import * as T from "./types.js" */

const SETTLE_MS = 200; // a slider that still moves asks for no plan
const PARTS = /** @type {const} */ (["name", "notice", "main", "picture", "more", "foot"]);

export class SessionCard extends HTMLElement {
  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    this.root.innerHTML = `${STYLE}<ha-card><div id="card">${PARTS.map((part) => `<div id="${part}"></div>`).join("")}</div><div id="say" role="status"></div></ha-card>`;
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("input", (event) => this.entered(event));
    /** @type {{device?: string}} */
    this.config = {};
    /** @type {T.Hass | null} */
    this._hass = null;
    /** @type {Following | null} */
    this.following = null;
    /** @type {T.Choosing} */
    this.choosing = {};
    /** @type {T.Refusal | null} */
    this.refusal = null;
    this.state = ""; // of the session, when something was refused
    this.dismissed = ""; // the summary that was seen
    this.timer = 0;
    this.frame = 0;
    this.settle = 0;
    this.asked = 0; // plans: only the newest answer counts
  }

  /** @param {any} config */
  setConfig(config) {
    if (!config || typeof config !== "object" || !["undefined", "string"].includes(typeof config.device)) {
      throw new Error("device must be the id of a treadmill of Descent");
    }
    if (config.device !== this.config.device) this.leave();
    this.config = config;
    this.look();
  }

  /** @param {T.Hass} hass */
  set hass(hass) {
    const before = this._hass;
    this._hass = hass;
    this.toggleAttribute("dark", Boolean(hass.themes?.darkMode));
    if (!before || before.language !== hass.language) {
      void loadTexts(hass).then((now) => {
        if (this._hass === hass) this._hass = now;
        this.render();
      });
    }
    this.look();
    if (before && (before.connected !== hass.connected || before.locale !== hass.locale || before.localize !== hass.localize)) this.render();
  }

  connectedCallback() {
    this.look();
  }

  disconnectedCallback() {
    this.leave();
  }

  /** Follow the treadmill, unless that is being done. */
  look() {
    const { device } = this.config;
    if (!this._hass || !this.isConnected) return;
    if (!device) this.render();
    else if (!this.following) {
      this.following = new Following(this._hass.connection, device, () => this.changed());
      this.render();
    }
  }

  leave() {
    clearTimeout(this.timer);
    clearTimeout(this.settle);
    this.following?.end();
    this.following = null;
    this.choosing = {};
    this.refusal = null;
    this.state = "";
  }

  changed() {
    const live = this.following?.live;
    if (live && this.state !== live.state) {
      this.state = live.state;
      this.refusal = null;
    }
    if (live && !underWay(live) && this.choosing.asked !== this.following?.offers) void this.ask(this.choosing.choice?.runner);
    // A measurement and what follows from it come one after the other: seen together, they are one.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.render();
    });
  }

  /** Ask what there is to run, for the chosen runner if one was chosen here. @param {string | null} [runner] */
  async ask(runner) {
    const { device } = this.config;
    this.choosing = { ...this.choosing, asked: this.following?.offers };
    try {
      const message = { type: "descent/sessions", device_id: device, ...(runner === undefined ? {} : { runner }) };
      const offer = /** @type {T.Offer} */ (await this._hass?.connection.sendMessagePromise(message));
      if (device !== this.config.device) return;
      this.choosing = { ...this.choosing, offer };
      this.choose(chosen(offer, this.choosing.choice));
      const row = /** @type {HTMLElement | null} */ (this.root.querySelector(".row:has(:checked)"));
      if (row?.parentElement) row.parentElement.scrollTop = row.offsetTop - row.parentElement.offsetTop - row.offsetHeight;
    } catch (error) {
      this.choosing = { ...this.choosing, refusal: this.worded(error) };
    }
    this.render();
  }

  /** @param {T.Choice} choice */
  choose(choice) {
    const session = this.choosing.choice?.session;
    this.choosing = { ...this.choosing, choice, refusal: "", ...(session === choice.session ? {} : { plan: null }) };
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.workOut(choice), session === choice.session ? SETTLE_MS : 0);
    this.render();
  }

  /** @param {T.Choice} choice */
  async workOut(choice) {
    const { offer } = this.choosing;
    if (!offer || sessionOf(offer, choice)?.locked) return;
    const asked = ++this.asked;
    const message = { type: "descent/plan", device_id: this.config.device, ...choice };
    try {
      const plan = /** @type {T.Plan} */ (await this._hass?.connection.sendMessagePromise(message));
      if (asked === this.asked) this.choosing = { ...this.choosing, plan, refusal: "" };
    } catch (error) {
      if (asked === this.asked) this.choosing = { ...this.choosing, refusal: this.worded(error) };
    }
    this.render();
  }

  /** @param {string} action @param {object} [data] */
  async act(action, data) {
    this.refusal = null;
    this.choosing = { ...this.choosing, busy: true };
    try {
      await this._hass?.connection.sendMessagePromise({ type: "descent/act", action, data: { treadmill: this.config.device, ...data } });
    } catch (error) {
      const text = this.worded(error);
      this.refusal = { text, anyway: /** @type {any} */ (error)?.translation_key === "warm_up_unfinished" };
      this.choosing = { ...this.choosing, refusal: text };
    }
    this.choosing = { ...this.choosing, busy: false };
    this.render();
  }

  /** @param {unknown} error */
  worded(error) {
    return this._hass ? errorText(error, texts(this._hass)) : "";
  }

  /** @param {Event} event */
  clicked(event) {
    const action = /** @type {Element} */ (event.target).closest("[data-do]")?.getAttribute("data-do");
    const { choice } = this.choosing;
    if (!action) return;
    if (action === "dismiss") {
      this.dismissed = this.summaryKey();
      this.choosing = {};
      this.changed();
    } else if (action === "skip_anyway") void this.act("skip", { confirm: true });
    else if (action === "start_session") {
      if (!choice) return;
      const { session, runner, overrides } = choice;
      void this.act(action, { session, overrides, runner: runner ?? "none" });
    } else void this.act(action);
  }

  /** @param {Event} event */
  entered(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const { offer, choice } = this.choosing;
    const { pick, set } = input.dataset;
    const session = offer && choice && sessionOf(offer, choice);
    if (!choice || !session) return;
    if (pick === "runner") {
      this.choosing = { ...this.choosing, choice: { ...choice, runner: input.value || null } };
      void this.ask(input.value || null);
    } else if (pick === "session") this.choose({ ...choice, session: input.value, overrides: {} });
    else if (set) this.choose(overridden(session, choice, set, input.value));
  }

  summaryKey() {
    const summary = this.following?.live?.summary;
    return summary ? JSON.stringify(summary) : "";
  }

  /** @param {T.Hass} hass @param {T.Words} w @returns {T.Parts} */
  parts(hass, w) {
    const { t } = w;
    const { live = null, error = null, skew_ms = 0 } = this.following ?? {};
    if (t("session") === "session") return { main: hint("dots-horizontal", "") };
    if (!this.config.device) return { main: hint("run-fast", t(devices(hass).length ? "no_device" : "exceptions.no_treadmill")) };
    if (!live) return { main: error ? hint("alert-circle-outline", this.missing(error, t)) : hint("dots-horizontal", t("loading")) };
    if (underWay(live)) return running(live, { skew_ms, now_ms: Date.now() }, w, this.refusal);
    if (live.summary && live.state === "finished" && this.dismissed !== this.summaryKey()) return over(live, live.summary, w);
    return choosing(live, this.choosing, w);
  }

  /** @param {any} error @param {T.Text} t */
  missing(error, t) {
    if (error.translation_key === "no_such_treadmill") return t("no_such_device");
    return error.code === "unknown_command" ? t("not_ready") : errorText(error, t);
  }

  /** @param {string} id */
  place(id) {
    return /** @type {Element} */ (this.root.getElementById(id));
  }

  render() {
    clearTimeout(this.timer);
    if (!this._hass || !this.isConnected) return;
    const hass = this._hass;
    const { live = null, trace = [], lost = false, error = null } = this.following ?? {};
    const stale = Boolean(this.following && (lost || error || hass.connected === false));
    const t = texts(hass);
    const parts = this.parts(hass, { t, u: units(hass), stale });
    const card = this.place("card");
    card.classList.toggle("stale", stale);
    card.classList.toggle("split", Boolean(parts.more));
    if (live && devices(hass).length > 1) parts.name = html`${live.name}`;
    if (live && stale) {
      const why = error ? this.missing(error, t) : t("lost");
      parts.notice = html`<div class="notice grave" role="alert"><p><b>${why}</b> ${t("do_lost")}</p></div>`;
    }
    for (const part of PARTS) show(this.place(part), parts[part] ?? html``);
    show(this.place("say"), html`${parts.spoken}`);
    if (live?.plan) drawDone(this.root, live.plan, trace, live.plan_s);
    // Just after the seconds of the session have changed.
    if (live && underWay(live) && !stale) this.timer = setTimeout(() => this.render(), this.untilNextSecond(live));
  }

  /** @param {T.Live} live */
  untilNextSecond(live) {
    const end = live.belt_starts ?? live.arming_ends ?? live.step_ends ?? live.session_ends;
    const left = end ? Date.parse(end) - (this.following?.skew_ms ?? 0) - Date.now() : 0;
    return (((left % 1000) + 1000) % 1000) + 20;
  }

  getCardSize() {
    return 8;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6 };
  }

  /** @param {T.Hass} hass */
  static getStubConfig(hass) {
    const [first] = devices(hass);
    return first ? { device: first.id } : {};
  }

  static getConfigForm() {
    return { schema: [{ name: "device", required: true, selector: { device: { integration: "descent", entity: { domain: "button" } } } }] };
  }
}

export const CARD = {
  type: "descent-session-card",
  name: "Descent session",
  description: "Choose, start and follow a session on a treadmill.",
  preview: true,
  documentationURL: "https://github.com/descent-ha/descent",
  /** @param {T.Hass} hass @param {string} entity */
  getEntitySuggestion(hass, entity) {
    const device = treadmillOf(hass, entity);
    return device ? { config: { type: "custom:descent-session-card", device } } : null;
  },
};
