/** Types of the frontend, for the type checker only. */

export interface HassState {
  entity_id: string;
  state: string;
  attributes: Record<string, any>;
}

export interface Entity {
  entity_id: string;
  device_id?: string;
  platform?: string;
  translation_key?: string;
  hidden?: boolean;
}

export interface Device {
  id: string;
  name?: string | null;
  name_by_user?: string | null;
  identifiers: [string, string][];
  entry_type?: string | null;
  disabled_by?: string | null;
}

export interface Hass {
  states: { [id: string]: HassState | undefined };
  entities: { [id: string]: Entity };
  devices: { [id: string]: Device };
  locale?: { language: string; number_format?: string };
  language?: string;
  config?: { unit_system?: { length?: string } };
  themes?: { darkMode?: boolean };
  connected?: boolean;
  connection: Connection;
  localize(key: string, values?: object): string;
  /** Resolves to a `localize` that knows what was loaded; this `hass` never does. */
  loadBackendTranslation(kind: string, domain: string): Promise<Hass["localize"]>;
  formatEntityState(state: HassState): string;
}

export type Text = (key: string, values?: object) => string;

/** Entity ids by domain and key. */
export type Ids = { [key: string]: string | undefined };

export type NameOf = (device: Device) => string;
export type Devices = (hass: Hass, runner?: boolean) => Device[];
export type EntitiesOf = (hass: Hass, device: string) => Ids;
export type TreadmillOf = (hass: Hass, entity: string) => string | undefined;

/** What a feature of a tile card belongs to. */
export interface Context {
  entity_id?: string;
}

/** A button, or without an icon a text. */
export interface FeatureItem {
  icon?: string;
  label: string;
  /** An action of Descent and its data; without it the button is disabled. */
  press?: [string, object] | undefined;
}

/** What a feature shows for an entity; undefined for entities it is not made for. */
export type FeatureView = (hass: Hass, entity: string) => FeatureItem[] | undefined;

/** A button that can be pressed in some states of a session. */
export type SessionButton = (key: string, icon: string, states: string[], action?: string) => FeatureItem;

/** A feature that changes the target of an entity by a field of the action; more of it has a sign. */
export type Stepper = (field: string, signs: { [key: string]: number }) => FeatureView;
export type StepButton = (way: string, icon: string, by: number, end: boolean) => FeatureItem;

/** An entry of `window.customCardFeatures`, and the element of that type. */
export interface FeatureEntry {
  type: string;
  name: string;
  isSupported(hass: Hass, context: Context): boolean;
  element: CustomElementConstructor;
}

export type Ask = (hass: Hass, action: string, data: object) => Promise<void>;
export type Feature = (what: string, view: FeatureView) => FeatureEntry;

/** A card, a section, a view or a part of one: the configuration of Home Assistant's dashboards. */
export type Card = { [key: string]: any };

/** A section of a treadmill's view; none where it would be empty. */
export type Section = (ids: Ids, t: Text) => Card[];

/** What the parts of a dashboard are made by. */
export type Grid = (heading: string, cards: Card[]) => Card[];
export type Tile = (entity?: string, feature?: string, more?: Card) => Card[];
export type TargetTile = (key: string, feature: string, is?: Card) => Card[];
export type Dashboard = (hass: Hass, t: Text) => { views: Card[] };

/** The WebSocket connection, as home-assistant-js-websocket has it. */
export interface Connection {
  connected: boolean;
  addEventListener(kind: string, listener: () => void): void;
  removeEventListener(kind: string, listener: () => void): void;
  sendMessagePromise(message: object): Promise<unknown>;
  subscribeMessage(hear: (record: any) => void, message: object, options?: { resubscribe?: boolean }): Promise<() => unknown>;
}

/** Numbers and units as a user reads them; numbers in are metric. */
export interface Units {
  imperial: boolean;
  speedUnit: string;
  number(value: number, digits?: number): string;
  speed(kmh: number): string;
  distance(metres: number): string;
  height(metres: number): string;
  percent(value: number): string;
  share(value: number): string;
}

export interface Words {
  t: Text;
  u: Units;
  /** What is shown is old: nothing but Stop can be asked for. */
  stale?: boolean;
}

export interface Step {
  index: number;
  phase: string;
  speed_kmh: number;
  incline_pct: number;
  duration_s: number | null;
  distance_m: number | null;
  nominal_s: number;
  ramp_from_kmh: number | null;
  ramp_to_kmh: number | null;
  ramp_s: number;
  rep: number;
  reps: number;
  items: string[];
}

export interface Plan {
  session: string;
  name: string;
  duration_s: number;
  descent_m: number;
  fidelity_descent: number | null;
  reps: number;
  added_reps: number;
  notes: string[];
  steps: Step[];
}

/** Seconds of the plan's nominal time, km/h, percent. */
export type Point = [number, number, number];

export interface Lap {
  phase: string;
  rep: number;
  duration_s: number;
  distance_m: number;
  descent_m: number;
  max_speed_kmh: number;
  skipped: boolean;
}

export interface Summary {
  name: string;
  result: string;
  duration_s: number;
  distance_m: number;
  descent_m: number;
  fidelity_descent: number | null;
  reps_completed: number;
  reps_planned: number;
  laps: Lap[];
}

/** The newest that is known of a treadmill: snapshots of `descent/live`, with what came since. */
export interface Live {
  name: string;
  connected: boolean;
  contact: string;
  belt_moving: boolean | null;
  speed_kmh: number | null;
  incline_pct: number | null;
  heart_rate_bpm: number | null;
  safety_key_out: boolean | null;
  distance_m: number;
  descent_m: number;
  target_speed_kmh: number | null;
  target_incline_pct: number | null;
  stopping: boolean;
  state: string;
  reason: string | null;
  step: Step | null;
  next_step: Step | null;
  step_ends: string | null;
  session_ends: string | null;
  arming_ends: string | null;
  belt_starts: string | null;
  plan_s: number | null;
  step_left_m: number | null;
  controls: boolean;
  confirmation: string | null;
  cue: { text: string } | null;
  plan: Plan | null;
  summary: Summary | null;
}

/** A moment of this device's clock, and how far the server's is ahead of it. */
export interface Moment {
  skew_ms: number;
  now_ms: number;
}

export interface Pair {
  label: string;
  target: string;
  measured: string;
}

export type MakePair = (label: string, unit: string, target: number | null, measured: number | null, text: (value: number) => string) => Pair;

export interface Following {
  title: string;
  phase: string;
  big: string;
  under: string;
  rep: string;
  items: string[];
  pairs: Pair[];
  confirmation: { icon: string; text: string; bad: boolean } | null;
  next: string;
  facts: string[];
  said: string;
  spoken: string;
}

export interface Notice {
  grave: boolean;
  text: string;
  todo: string;
}

export interface Button {
  action: string;
  icon: string;
  text: string;
}
export type ButtonOf = (action: string, icon: string, text?: string) => Button;

export interface Finished {
  title: string;
  name: string;
  facts: { label: string; value: string }[];
  heads: string[];
  laps: { phase: string; cells: string[] }[];
}

export interface Parameter {
  name: string;
  default: number | string;
  minimum: number | null;
  maximum: number | null;
  step: number | null;
  unit: string;
  options: string[];
}

export interface Session {
  id: string;
  name: string;
  level: string | null;
  description: string;
  why: string;
  goals: string[];
  locked: { key: string; placeholders: { [name: string]: string } } | null;
  minutes?: number;
  descent_m?: number;
  parameters: Parameter[];
}

/** The answer to `descent/sessions`. */
export interface Offer {
  session: string;
  runner: string | null;
  runners: { entry_id: string; name: string }[];
  sessions: Session[];
}

export interface Choice {
  session: string;
  runner: string | null;
  overrides: { [name: string]: number | string };
}

export interface Row {
  id: string;
  name: string;
  checked: boolean;
  locked: string;
  facts: string[];
}

export interface Field {
  name: string;
  label: string;
  value: number | string;
  text: string;
  range: { minimum: number; maximum: number; step: number } | null;
  options: { value: string; text: string; selected: boolean }[];
}

/** What is known while somebody chooses; all of it comes one after the other. */
export interface Choosing {
  /** The count of changes of what there is to run, when it was asked for. */
  asked?: number | undefined;
  busy?: boolean;
  offer?: Offer;
  choice?: Choice;
  plan?: Plan | null;
  refusal?: string;
}

export interface Refusal {
  text: string;
  anyway: boolean;
}

export interface Scales {
  x(seconds: number): number;
  incline(percent: number): number;
  speed(kmh: number): number;
}

/** Paths of a picture `WIDTH` by `HEIGHT`. */
export interface Profile extends Scales {
  level: number;
  areas: { [phase: string]: string };
  rests: string;
  line: string;
}

export interface Markup {
  text: string;
}

/** What stands in the parts of the card; a part that is left out is empty. */
export interface Parts {
  notice?: Markup;
  name?: Markup | undefined;
  main: Markup;
  picture?: Markup;
  more?: Markup;
  foot?: Markup;
  spoken?: string;
}

// Functions whose types are too long to stand before them.
export type BigOf = (live: Live, left: (iso: string | null) => number | null, w: Words) => {big: string, under: string};
export type SecondsTo = (iso: string | null, skew_ms: number, now_ms: number) => number | null;
export type ButtonHtml = (action: string, name: string, text: string, kind?: string, disabled?: boolean) => Markup;
export type Running = (live: Live, moment: Moment, w: Words, refusal: Refusal | null) => Parts;
export type DrawDone = (root: ParentNode, plan: Plan, trace: Point[], plan_s: number | null) => void;
export type Picture = (plan: Plan, alternative: string, under_way: boolean) => Markup;
export type Worth = (plan: Plan, w: Words) => {facts: string[], notes: string[], alternative: string};
export type Why = (locked: {key: string, placeholders: {[name: string]: string}}, t: Text) => string;
export type Overridden = (session: Session, choice: Choice, name: string, value: string) => Choice;
export type Traces = (scales: Scales, points: Point[]) => {speed: string, incline: string};
export type Extended = (points: Point[], point: Point, duration_s: number) => Point[];
export type SpeedOf = (step: Step, begin: number, end: number) => [number, number][];
export type Show = (element: Element, markup: Markup) => void;
export type Chosen = (offer: Offer, choice?: Choice) => Choice;
export type Rows = (offer: Offer, choice: Choice, w: Words) => Row[];
export type Before = (live: Live, choosing: Choosing, w: Words) => Parts;
export type Over = (live: Live, summary: Summary, w: Words) => Parts;
export type LoadTexts = (hass: Hass) => Promise<Hass>;
export type Named = (key: string, name: string, t: Text) => string;
export type ErrorText = (error: any, t: Text) => string;
