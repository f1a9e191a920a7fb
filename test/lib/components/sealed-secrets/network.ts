/** Network flows of Sealed Secrets. */

import { callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

const CONTROLLER = "sealed-secrets";

/** What the tests of network policies know of Sealed Secrets. */
export const network: NetworkFacts = {
  everything: { sealedSecrets: {} },
  needed: [watches(CONTROLLER), scraped(8081, CONTROLLER)],
  closed: [callsNobody(CONTROLLER)],
};
