/** The one resource of the dashboards: registers what Descent brings to them. */

import { FEATURES } from "./features.js";
import { DescentStrategy, STRATEGY } from "./strategy.js";

const registry = /** @type {{customCardFeatures?: object[], customStrategies?: object[]}} */ (window);

for (const { element, ...feature } of FEATURES) {
  customElements.define(feature.type, element);
  (registry.customCardFeatures ??= []).push(feature);
}
customElements.define("ll-strategy-dashboard-descent", DescentStrategy);
(registry.customStrategies ??= []).push(STRATEGY);
