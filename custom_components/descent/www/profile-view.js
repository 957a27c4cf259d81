/**
 * A plan as a picture: slope over time as an area, speed as a line. Pure.
 *
 * Time is the plan's nominal one and runs from left to right in every language, as on a watch.
 */

/** @import * as T from "./types.js" */

export const WIDTH = 1000;
export const HEIGHT = 200;
const MARGIN = 12;
const LEAST_PCT = 3; // a flat session has a flat line in the middle, not a magnified nothing
const SKIPPED = WIDTH / 25; // nothing was done where the position jumps that far
const OFF_BELT = ["drills", "turn_around", "stretch"];

/** @type {(value: number) => string} */
const at = (value) => String(Math.round(value * 10) / 10);

/** @type {WeakMap<T.Plan, T.Profile>} */
const known = new WeakMap();

/** The same for a plan each time. @type {(plan: T.Plan) => T.Profile} */
export function profile(plan) {
  const drawn = known.get(plan) ?? drawnFrom(plan);
  known.set(plan, drawn);
  return drawn;
}

/** @type {(plan: T.Plan) => T.Profile} */
function drawnFrom(plan) {
  const scales = scalesOf(plan);
  const { x, incline, speed } = scales;
  const level = incline(0);
  /** @type {{[phase: string]: string}} */
  const areas = {};
  let rests = "";
  /** @type {string[]} */
  const line = [];
  let begin = 0;
  for (const step of plan.steps) {
    const end = begin + step.nominal_s;
    const [left, right] = [at(x(begin)), at(x(end))];
    if (OFF_BELT.includes(step.phase)) {
      rests += `M${left} 0H${right}V${HEIGHT}H${left}Z`;
    } else {
      // A level step is a thin ribbon, so that its phase can be seen.
      const top = Math.abs(step.incline_pct) < 0.1 ? level - 4 : incline(step.incline_pct);
      areas[step.phase] = `${areas[step.phase] ?? ""}M${left} ${at(level)}V${at(top)}H${right}V${at(level)}Z`;
    }
    for (const [time, kmh] of speedOf(step, begin, end)) line.push(`${at(x(time))} ${at(speed(kmh))}`);
    begin = end;
  }
  return { ...scales, level, areas, rests, line: `M${line.join("L")}` };
}

/** Corners of the speed in a step: its ramps at both ends. @type {T.SpeedOf} */
function speedOf(step, begin, end) {
  const { speed_kmh: kmh, ramp_from_kmh: from, ramp_to_kmh: to } = step;
  const ramp = Math.min(step.ramp_s, (end - begin) / 2);
  return [
    [begin, from ?? kmh],
    [begin + (from === null ? 0 : ramp), kmh],
    [end - (to === null ? 0 : ramp), kmh],
    [end, to ?? kmh],
  ];
}

/** @type {(plan: T.Plan) => T.Scales} */
function scalesOf(plan) {
  const inclines = plan.steps.map((step) => step.incline_pct);
  const high = Math.max(0, ...inclines);
  const low = Math.min(0, ...inclines);
  const spread = Math.max(LEAST_PCT, high - low);
  const fastest = Math.max(1, ...plan.steps.map((step) => step.speed_kmh)) * 1.15;
  const duration = plan.duration_s || 1;
  const middle = (high + low) / 2;
  const tall = HEIGHT - 2 * MARGIN;
  return {
    x: (seconds) => (Math.min(Math.max(0, seconds), duration) / duration) * WIDTH,
    incline: (percent) => HEIGHT / 2 - ((percent - middle) / spread) * tall,
    speed: (kmh) => HEIGHT - MARGIN / 2 - (kmh / fastest) * (HEIGHT - MARGIN),
  };
}

/** What was really done, drawn over what was planned. @type {T.Traces} */
export function traces({ x, incline, speed }, points) {
  const drawn = (/** @type {(point: T.Point) => number} */ y) => {
    let [path, last] = ["", -WIDTH];
    for (const point of points) {
      const left = x(point[0]);
      path += `${left - last < SKIPPED ? "L" : "M"}${at(left)} ${at(y(point))}`;
      last = left;
    }
    return path;
  };
  return { speed: drawn((point) => speed(point[1])), incline: drawn((point) => incline(point[2])) };
}

/** The trace with another measurement, still thin enough to draw. @type {T.Extended} */
export function extended(points, point, duration_s) {
  const before = points.at(-2);
  // As in trace.py: while the plan's time stands, the newest point takes the place of the last.
  const kept = before && point[0] - before[0] <= duration_s / 600 ? points.slice(0, -1) : points;
  return [...kept, point];
}
