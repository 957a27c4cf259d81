/** What there is to run, before a session: sessions, runners, parameters, what it amounts to. Pure. */

import { clock, named } from "./words.js";

/** @import * as T from "./types.js" */

/** The choice to begin with, and after another runner: as far as it still exists. @type {T.Chosen} */
export function chosen(offer, choice) {
  const ids = offer.sessions.map((session) => session.id);
  const session = [choice?.session, offer.session, ids[0]].find((id) => id !== undefined && ids.includes(id)) ?? "";
  return { session, runner: offer.runner, overrides: session === choice?.session ? choice.overrides : {} };
}

/** @type {(offer: T.Offer, choice: T.Choice) => T.Session | undefined} */
export const sessionOf = (offer, choice) => offer.sessions.find((session) => session.id === choice.session);

/** All sessions, the locked ones last. @type {T.Rows} */
export const rows = (offer, choice, { t, u }) =>
  [...offer.sessions].sort((one, other) => Number(!!one.locked) - Number(!!other.locked)).map((session) => ({
    id: session.id,
    name: session.name,
    checked: session.id === choice.session,
    locked: session.locked ? why(session.locked, t) : "",
    facts: [
      t(`level_${session.level ?? "any"}`),
      ...(session.minutes === undefined ? [] : [t("minutes", { minutes: u.number(session.minutes) })]),
      ...(session.descent_m ? [t("metres_down", { metres: u.height(session.descent_m) })] : []),
    ],
  }));

/** Why a session is locked, in few words; the levels in a reason are keys. @type {T.Why} */
function why({ key, placeholders }, t) {
  const [needed, level] = [placeholders.needed, placeholders.level].map((name) => t(`level_${name ?? "any"}`));
  const short = t(`why_${key}`, { ...placeholders, needed, level });
  return short === `why_${key}` ? t(`exceptions.${key}`, placeholders) : short;
}

/** @type {(session: T.Session, choice: T.Choice, w: T.Words) => T.Field[]} */
export const fields = (session, choice, { t, u }) =>
  session.parameters.map((parameter) => {
    const { name, minimum, maximum, step, unit, options } = parameter;
    const value = choice.overrides[name] ?? parameter.default;
    return {
      name,
      label: named(`parameter_${name}`, name, t),
      value,
      text: typeof value === "number" ? valueText(value, unit, step ?? 1, u) : "",
      range: minimum === null || maximum === null ? null : { minimum, maximum, step: step ?? 1 },
      options: options.map((option) => ({ value: option, text: named(`option_${option}`, option, t), selected: option === value })),
    };
  });

/** @type {(value: number, unit: string, step: number, u: T.Units) => string} */
function valueText(value, unit, step, u) {
  if (unit === "m") return u.distance(value);
  if (unit === "s") return clock(value);
  if (unit === "km/h") return `${u.speed(value)} ${u.speedUnit}`;
  return `${u.number(value, step % 1 ? 1 : 0)} ${unit}`.trim();
}

/** Overrides with one more value; what is as the session has it is none. @type {T.Overridden} */
export function overridden(session, choice, name, value) {
  const parameter = session.parameters.find((one) => one.name === name);
  if (!parameter) return choice;
  const given = typeof parameter.default === "number" ? Number(value) : value;
  const { [name]: _, ...others } = choice.overrides;
  return { ...choice, overrides: given === parameter.default ? others : { ...others, [name]: given } };
}

/** What a plan amounts to, and what the machine makes of it. @type {T.Worth} */
export function worth(plan, { t, u }) {
  const steepest = Math.min(0, ...plan.steps.map((step) => step.incline_pct));
  const share = plan.fidelity_descent === null ? "" : u.share(plan.fidelity_descent);
  const facts = [
    t("minutes", { minutes: u.number(plan.duration_s / 60) }),
    ...(plan.reps ? [t("descents", { reps: u.number(plan.reps) }), t("metres_down", { metres: u.height(plan.descent_m) })] : []),
    ...(steepest < 0 ? [`${u.percent(steepest)} %`] : []),
  ];
  const values = { share, steepest: u.percent(steepest), reps: u.number(plan.added_reps) };
  return { facts, notes: plan.notes.map((note) => t(`note_${note}`, values)), alternative: [t("profile"), ...facts].join(", ") };
}
