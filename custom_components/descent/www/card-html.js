/** The card's markup: what is shown of a view. */

import { fields, rows, sessionOf, worth } from "./choice-view.js";
import { html } from "./markup.js";
import { HEIGHT, WIDTH, profile, traces } from "./profile-view.js";
import { buttonsOf, finished, following, noticeOf, pairsOf } from "./session-view.js";

/** @import * as T from "./types.js" */

const NOTHING = html``;

/** @type {(icon: string) => T.Markup} */
const icon = (name) => html`<ha-icon icon="mdi:${name}" aria-hidden="true"></ha-icon>`;

/** @type {T.ButtonHtml} */
const button = (action, name, text, kind = "", disabled = false) =>
  html`<button type="button" class="${kind}" data-do="${action}" ${disabled ? html`disabled` : ""}>${icon(name)}<span>${text}</span></button>`;

/** Words instead of a card. @type {(name: string, text: string) => T.Markup} */
export const hint = (name, text) => html`<p class="hint">${icon(name)}<span>${text}</span></p>`;

/** @type {(notice: T.Notice | null) => T.Markup} */
const noticeHtml = (notice) =>
  notice ? html`<div class="notice ${notice.grave ? "grave" : ""}" role="${notice.grave ? "alert" : "note"}">${icon(notice.grave ? "alert" : "information-outline")}<p><b>${notice.text}</b> ${notice.todo}</p></div>` : NOTHING;

/** @type {(name: string, text: string, bad?: boolean) => T.Markup} */
const remark = (name, text, bad) => html`<p class="note ${bad ? "bad" : ""}" ${bad ? html`role="alert"` : ""}>${icon(name)}<span>${text}</span></p>`;

/** A number, or a word where there is none. @type {(value: string, what: string) => T.Markup} */
const value = (text, what) => html`<dd><b class="${/\d/.test(text) ? "" : "word"}">${text}</b><small>${what}</small></dd>`;

/** @type {(all: T.Pair[], t: T.Text) => T.Markup} */
const pairs = (all, t) =>
  html`<div class="pairs">${all.map((pair) => html`<dl><dt>${pair.label}</dt>${value(pair.measured, t("measured"))}${value(pair.target, t("target"))}</dl>`)}</div>`;

/** The parts of the card before a session. @type {T.Before} */
export function choosing(live, { offer, choice, plan, refusal, busy }, w) {
  const { t } = w;
  const session = offer && choice && sessionOf(offer, choice);
  if (!offer || !choice || !session) return { notice: noticeHtml(noticeOf(live, t)), main: refusal ? hint("alert-circle-outline", refusal) : hint("dots-horizontal", t("loading")), foot: stop(w) };
  const about = plan && worth(plan, w);
  return {
    notice: noticeHtml(noticeOf(live, t)),
    main: html`${live.belt_moving ? pairs(pairsOf(live, w), t) : ""}
      <label class="who"><span>${t("runner")}</span><select data-pick="runner">
        ${offer.runners.map(({ entry_id, name }) => html`<option value="${entry_id}" ${entry_id === choice.runner ? html`selected` : ""}>${name}</option>`)}
        <option value="" ${choice.runner === null ? html`selected` : ""}>${t("nobody")}</option></select></label>
      <fieldset class="sessions"><legend>${t("session")}</legend>
        ${rows(offer, choice, w).map(
          (row) => html`<label class="row ${row.locked ? "locked" : ""}"><input type="radio" name="session" data-pick="session" value="${row.id}" ${row.checked ? html`checked` : ""} />
            <span><b>${row.name}</b><small>${row.facts.join(" · ")}</small>${row.locked ? html`<small>${icon("lock")}${row.locked}</small>` : ""}</span></label>`,
        )}</fieldset>`,
    picture: plan && about ? picture(plan, about.alternative, false) : NOTHING,
    more: html`<p class="about">${session.description} ${session.why}</p>
      ${session.goals.length ? html`<p class="goals"><b>${t("goals")}</b> ${session.goals.map((goal) => t(`goal_${goal}`)).join(", ")}</p>` : ""}
      ${about && html`<p class="facts">${about.facts.map((fact) => html`<b>${fact}</b>`)}</p>${about.notes.map((note) => remark("information-outline", note))}`}
      <div class="fields">${session.locked ? "" : fields(session, choice, w).map(field)}</div>
      ${refusal && remark("alert-circle-outline", refusal, true)}`,
    foot: html`${button("start_session", "play", t("button.start"), "go", Boolean(session.locked || busy || w.stale || !live.connected))}${stop(w)}`,
    spoken: "",
  };
}

/** @type {(w: T.Words) => T.Markup} */
const stop = ({ t }) => button("stop", "stop", t("button.stop"), "stop");

/** @type {(field: T.Field) => T.Markup} */
const field = ({ name, label, value, text, range, options }) =>
  range
    ? html`<label><span>${label}<output>${text}</output></span><input type="range" data-set="${name}" min="${range.minimum}" max="${range.maximum}" step="${range.step}" value="${value}" aria-valuetext="${text}" /></label>`
    : html`<label><span>${label}</span><select data-set="${name}">${options.map((option) => html`<option value="${option.value}" ${option.selected ? html`selected` : ""}>${option.text}</option>`)}</select></label>`;

/** The parts of the card in a session. @type {T.Running} */
export function running(live, moment, w, refusal) {
  const { t } = w;
  const view = following(live, moment, w);
  const { plan } = live;
  return {
    notice: html`${noticeHtml(noticeOf(live, t))}${refusal && remark("alert-circle-outline", refusal.text, true)}${refusal?.anyway ? button("skip_anyway", "skip-next", t("skip_anyway")) : ""}`,
    main: html`
      <p class="title p-${view.phase}"><b>${view.title}</b><span>${view.rep}</span></p>
      <p class="big">${view.big}</p><p class="under">${view.under}</p>
      ${view.items.length ? html`<ul>${view.items.map((item) => html`<li>${item}</li>`)}</ul>` : ""}
      ${pairs(view.pairs, t)}
      ${view.confirmation && remark(view.confirmation.icon, view.confirmation.text, view.confirmation.bad)}
      <p class="next">${view.next}</p>`,
    picture: plan ? picture(plan, [t("profile"), plan.name, ...view.facts.slice(0, 1)].join(", "), true) : NOTHING,
    more: html`<p class="legend"><span class="planned">${t("planned")}</span><span class="done">${t("measured")}</span></p>
      <p class="facts">${view.facts.map((fact) => html`<b>${fact}</b>`)}</p><p class="said">${view.said}</p>`,
    foot: html`${buttonsOf(live, t).map(({ action, icon: name, text }) => button(action, name, text, "", w.stale))}${stop(w)}`,
    spoken: view.spoken,
  };
}

/** The parts of the card after a session. @type {T.Over} */
export function over(live, summary, w) {
  const { t } = w;
  const view = finished(summary, w);
  return {
    notice: noticeHtml(noticeOf(live, t)),
    main: html`<p class="title"><b>${view.title}</b><span>${view.name}</span></p>
      <div class="pairs">${view.facts.map((fact) => html`<dl><dt>${fact.label}</dt><dd><b>${fact.value}</b></dd></dl>`)}</div>`,
    picture: live.plan ? picture(live.plan, [t("profile"), view.name].join(", "), true) : NOTHING,
    more: html`<div class="laps" tabindex="0" role="region" aria-label="${t("laps")}"><table><thead><tr>${view.heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${view.laps.map((lap) => html`<tr class="p-${lap.phase}">${lap.cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`,
    foot: html`${button("dismiss", "format-list-bulleted", t("choose"))}${stop(w)}`,
    spoken: `${view.title}, ${view.name}`,
  };
}

/** The profile; what was done is drawn into it by `drawDone`. @type {T.Picture} */
function picture(plan, alternative, under_way) {
  const { level, areas, rests, line } = profile(plan);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${alternative}">
    <defs><pattern id="rest" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V9" /></pattern></defs>
    <path class="rest" d="${rests}" />${Object.entries(areas).map(([phase, d]) => html`<path class="area p-${phase}" d="${d}" />`)}
    <path class="level" d="M0 ${level}H${WIDTH}" /><path class="speed" d="${line}" />
    ${under_way ? html`<path class="done slope" /><path class="done fast" /><path class="here" d="M0 0V${HEIGHT}" />` : ""}</svg>`;
}

/** @type {WeakMap<Element, T.Point[]>} */
const traced = new WeakMap();

/** @type {T.DrawDone} */
export function drawDone(root, plan, trace, plan_s) {
  const [slope, fast, here] = [".slope", ".fast", ".here"].map((part) => root.querySelector(part));
  if (!slope || !fast || !here) return;
  const scales = profile(plan);
  if (traced.get(fast) !== trace || !fast.hasAttribute("d")) {
    traced.set(fast, trace);
    const done = traces(scales, trace);
    slope.setAttribute("d", done.incline);
    fast.setAttribute("d", done.speed);
  }
  here.setAttribute("visibility", plan_s === null ? "hidden" : "visible");
  here.setAttribute("transform", `translate(${scales.x(plan_s ?? 0)})`);
}
