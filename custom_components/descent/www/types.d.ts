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
  entities: { [id: string]: Entity | undefined };
  devices: { [id: string]: Device };
  locale?: { language: string };
  localize(key: string, values?: object): string;
  loadBackendTranslation(kind: string, domain: string): Promise<Hass["localize"]>;
  callService(domain: string, action: string, data: object): Promise<unknown>;
  formatEntityState(state: HassState): string;
}

export type Text = (key: string, values?: object) => string;

/** What a feature of a tile card belongs to. */
export interface Context {
  entity_id?: string;
}

/** An entry of `window.customCardFeatures`. */
export interface FeatureDescription {
  type: string;
  name: string;
  isSupported(hass: Hass, context: Context): boolean;
}

/** A button of the session controls. */
export interface Control {
  key: "start" | "resume" | "pause" | "skip" | "stop";
  action: string;
  enabled: boolean;
}

/** How the two buttons of a stepper change a target. */
export interface Stepping {
  field: "nudge_speed" | "nudge_incline";
  sign: 1 | -1;
  less: string;
  more: string;
}

export interface StepperButton {
  label: string;
  data: { nudge_speed?: number; nudge_incline?: number };
  enabled: boolean;
}

export interface StepperView {
  text: string;
  less: StepperButton;
  more: StepperButton;
}

/** A card, a section or a part of one: the configuration of Home Assistant's dashboards. */
export type Card = { [key: string]: any };

export interface View {
  title: string;
  path: string;
  type: "sections";
  max_columns: number;
  sections: Card[];
  subview?: boolean;
}
