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
  locale?: { language: string };
  localize(key: string, values?: object): string;
  /** Resolves to a `localize` that knows what was loaded; this `hass` never does. */
  loadBackendTranslation(kind: string, domain: string): Promise<Hass["localize"]>;
  callService(domain: string, action: string, data: object): Promise<unknown>;
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

/** An entry of `window.customCardFeatures`, and the element of that type. */
export interface FeatureEntry {
  type: string;
  name: string;
  isSupported(hass: Hass, context: Context): boolean;
  element: CustomElementConstructor;
}

/** A card, a section, a view or a part of one: the configuration of Home Assistant's dashboards. */
export type Card = { [key: string]: any };

/** A section of a treadmill's view; none where it would be empty. */
export type Section = (ids: Ids, t: Text, hass: Hass) => Card[];
