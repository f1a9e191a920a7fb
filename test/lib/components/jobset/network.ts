/** Network flows of JobSet. */

import { admits, callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

const CONTROLLER = "jobset-controller";

/** What the tests of network policies know of JobSet. */
export const network: NetworkFacts = {
  everything: { jobset: {} },
  needed: [watches(CONTROLLER), admits(CONTROLLER, 9443), scraped(8443, CONTROLLER)],
  closed: [callsNobody(CONTROLLER)],
};
