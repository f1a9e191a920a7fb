/** Alerts about Flink. */

import { flinkAlerts } from "#lib/components/flink/alerts";

test("every threshold shows in an expression", () => {
  const all = JSON.stringify(flinkAlerts({ restarts: 17, failedCheckpoints: 19, backPressure: 0.123, heap: 0.321 }));

  for (const shown of [">= 17", ">= 19", "> 123", "> 0.321"]) expect(all).toContain(shown);
});
