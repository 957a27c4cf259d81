/** The one resource of the dashboards: registers what Descent brings to them. */

import { FEATURES } from "./features.js";
import { CARD, SessionCard } from "./session-card.js";
import { DescentStrategy, STRATEGY } from "./strategy.js";

const registry = /** @type {{customCards?: object[], customCardFeatures?: object[], customStrategies?: object[]}} */ (window);

customElements.define(CARD.type, SessionCard);
(registry.customCards ??= []).push(CARD);
for (const { element, ...feature } of FEATURES) {
  customElements.define(feature.type, element);
  (registry.customCardFeatures ??= []).push(feature);
}
customElements.define("ll-strategy-dashboard-descent", DescentStrategy);
(registry.customStrategies ??= []).push(STRATEGY);
