/** What the card says at each moment of a session. Pure: snapshots and the time in, words out. */

import { clock, named } from "./words.js";

/** @import * as T from "./types.js" */

const UNDER_WAY = ["armed", "running", "waiting", "paused", "suspended", "ending"];
const ICONS = /** @type {{[confirmation: string]: string}} */ ({
  confirmed: "check-circle-outline",
  pending: "progress-clock",
  rejected: "alert-circle-outline",
  unknown: "help-circle-outline",
});
// A runner who knows nothing else must know this.
const RUNAWAY = ["wrong_way", "overshoot"];
const STARTED_AT_CONSOLE = ["runner", "console_stop", "not_started"];
const GRAVE = ["safety_key", "incline_unknown", "lost_contact", "not_confirmed", "rejected", "control_lost", "wrong_way", "overshoot"];

/** @type {(live: T.Live) => boolean} */
export const underWay = (live) => UNDER_WAY.includes(live.state);

/** Seconds until a moment of the server, by this device's clock. @type {T.SecondsTo} */
export const secondsTo = (iso, skew_ms, now_ms) => (iso === null ? null : (Date.parse(iso) - skew_ms - now_ms) / 1000);

/** What a step is, in few words: "Descent, 120 m, -6 %, 14.4 km/h". @type {(step: T.Step, w: T.Words) => string} */
export function stepText(step, { t, u }) {
  const length = step.distance_m === null ? clock(step.duration_s ?? step.nominal_s) : u.distance(step.distance_m);
  const parts = [t(`phase.${step.phase}`), length];
  if (step.incline_pct) parts.push(`${u.percent(step.incline_pct)} %`);
  if (step.speed_kmh) parts.push(`${u.speed(step.speed_kmh)} ${u.speedUnit}`);
  return parts.join(" · ");
}

/**
 * The words and numbers of a session that is armed or under way.
 * @type {(live: T.Live, moment: T.Moment, w: T.Words) => T.Following}
 */
export function following(live, { skew_ms, now_ms }, w) {
  const { t, u } = w;
  const { step, state } = live;
  const left = (/** @type {string | null} */ iso) => secondsTo(iso, skew_ms, now_ms);
  const session_s = left(live.session_ends);
  const rep = step?.rep ? t("rep", { rep: u.number(step.rep), reps: u.number(step.reps) }) : "";
  return {
    title: step && ["running", "waiting"].includes(state) ? t(`phase.${step.phase}`) : t(`session_state.${state}`),
    phase: step?.phase ?? "",
    ...bigOf(live, left, w),
    rep,
    items: state === "waiting" && step ? step.items.map((item) => named(`cue.item_${item}`, item, t)) : [],
    pairs: pairsOf(live, w),
    confirmation: confirmationOf(live, t),
    next: live.next_step ? t("next", { step: stepText(live.next_step, w) }) : t("next_none"),
    facts: [
      ...(session_s === null ? [] : [t("session_left", { time: clock(session_s) })]),
      t("metres_down", { metres: u.height(live.descent_m) }),
      u.distance(live.distance_m),
      ...(live.heart_rate_bpm ? [t("heart_rate", { rate: u.number(live.heart_rate_bpm) })] : []),
    ],
    said: live.cue?.text ?? "",
    spoken: [t(`session_state.${state}`), step && state === "running" ? stepText(step, w) : "", rep].filter(Boolean).join(", "),
  };
}

/** @type {(live: T.Live, t: T.Text) => T.Following["confirmation"]} */
const confirmationOf = ({ confirmation }, t) =>
  confirmation === null
    ? null
    : { icon: ICONS[confirmation] ?? "", text: t(`confirmation_${confirmation}`), bad: !["confirmed", "pending"].includes(confirmation) };

/** The one number that is read from two metres away. @type {T.BigOf} */
function bigOf(live, left, { t, u }) {
  const starts = left(live.belt_starts);
  if (starts !== null) return { big: u.number(Math.max(0, Math.ceil(starts))), under: t("belt_starts") };
  const armed = left(live.arming_ends);
  if (armed !== null) return { big: clock(armed), under: t("arming_ends") };
  if (live.state === "running" && live.step_left_m !== null) return { big: u.distance(live.step_left_m), under: t("left_at_target") };
  const step = left(live.step_ends);
  return step === null ? { big: "", under: "" } : { big: clock(step), under: t("left_in_step") };
}

/** Target and measurement side by side: never one number for both. @type {(live: T.Live, w: T.Words) => T.Pair[]} */
export const pairsOf = (live, { t, u }) => {
  /** @type {T.MakePair} */
  const pair = (label, unit, target, measured, text) => ({
    label: `${t(label)}, ${unit}`,
    target: target === null ? t("none") : text(target),
    measured: measured === null ? t("unknown") : text(measured),
  });
  return [
    pair("speed", u.speedUnit, live.target_speed_kmh, live.speed_kmh, u.speed),
    pair("incline", "%", live.target_incline_pct, live.incline_pct, u.percent),
  ];
};

/** The thing to do, as the belt is now. @type {(reason: string, moving: boolean | null) => string} */
function todoOf(reason, moving) {
  if (moving === false && RUNAWAY.includes(reason)) return "do_at_rest";
  return moving && STARTED_AT_CONSOLE.includes(reason) ? "do_resume" : `do_${reason}`;
}

/**
 * What is wrong or waits for somebody, in plain words, and the one thing to do.
 * @type {(live: T.Live, t: T.Text) => T.Notice | null}
 */
export function noticeOf(live, t) {
  const { state, reason } = live;
  if (live.stopping && !live.connected) return { grave: true, text: t("stop_not_sent"), todo: t("do_stop_not_sent") };
  if (live.safety_key_out) return { grave: true, text: t("reason.safety_key"), todo: t("do_safety_key") };
  if (state === "suspended" || (state === "paused" && reason)) {
    return { grave: GRAVE.includes(reason ?? ""), text: t(`reason.${reason}`), todo: t(todoOf(reason ?? "", live.belt_moving)) };
  }
  if (!live.connected) {
    const todo = live.contact === "released" || live.contact === "no_slot" ? `do_${live.contact}` : "do_contact";
    return { grave: underWay(live), text: t(`contact.${live.contact}`), todo: t(todo) };
  }
  if (state === "armed") {
    return { grave: false, text: t(live.belt_starts ? "armed_countdown" : "armed"), todo: t(live.controls ? "armed_rails" : "armed_guided") };
  }
  if (state === "waiting") return { grave: false, text: t("waiting"), todo: t("do_waiting") };
  if (!live.controls) return { grave: false, text: t("guided"), todo: t("do_guided") };
  return null;
}

/** What the buttons do now. Stop is not among them: it is always there. @type {(live: T.Live, t: T.Text) => T.Button[]} */
export function buttonsOf({ state }, t) {
  /** @type {T.ButtonOf} */
  const button = (action, icon, text = t(`button.${action}`)) => ({ action, icon, text });
  if (state === "running") return [button("pause", "pause"), button("skip", "skip-next")];
  if (state === "waiting") return [button("resume", "check", t("done")), button("skip", "skip-next")];
  if (state === "armed") return [button("pause", "pause")];
  return state === "paused" || state === "suspended" ? [button("resume", "play")] : [];
}

/** What a session was. @type {(summary: T.Summary, w: T.Words) => T.Finished} */
export function finished(summary, { t, u }) {
  const fidelity = summary.fidelity_descent;
  return {
    title: t(`reason.${summary.result}`),
    name: summary.name,
    facts: [
      { label: t("duration"), value: clock(summary.duration_s) },
      { label: t("down"), value: u.height(summary.descent_m) },
      { label: t("distance"), value: u.distance(summary.distance_m) },
      ...(summary.reps_planned ? [{ label: t("reps"), value: `${u.number(summary.reps_completed)}/${u.number(summary.reps_planned)}` }] : []),
      ...(fidelity === null ? [] : [{ label: t("fidelity"), value: u.share(fidelity) }]),
    ],
    heads: ["step", "time", "distance", "down", "top_speed"].map((key) => t(key)),
    laps: summary.laps.map((lap) => ({
      phase: lap.phase,
      cells: [
        t(`phase.${lap.phase}`) + (lap.rep && lap.phase === "descent" ? ` ${u.number(lap.rep)}` : "") + (lap.skipped ? ` (${t("skipped")})` : ""),
        clock(lap.duration_s),
        lap.distance_m < 1 ? "" : u.distance(lap.distance_m),
        lap.descent_m < 0.5 ? "" : u.height(lap.descent_m),
        lap.max_speed_kmh < 0.3 ? "" : `${u.speed(lap.max_speed_kmh)} ${u.speedUnit}`,
      ],
    })),
  };
}
