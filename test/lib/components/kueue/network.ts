/** Network flows of Kueue. */

import { admits, callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

const CONTROLLER = "kueue-controller-manager";

/** What the tests of network policies know of Kueue. */
export const network: NetworkFacts = {
  everything: { kueue: { queues: {} } },
  // 8082: positions in queues.
  needed: [watches(CONTROLLER), admits(CONTROLLER, 8082, 9443), scraped(8443, CONTROLLER)],
  closed: [callsNobody(CONTROLLER)],
};
