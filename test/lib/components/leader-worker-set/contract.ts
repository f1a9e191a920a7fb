/** LeaderWorkerSet in the contract suite. */

import {
  LeaderWorkerSetOperator,
  type LeaderWorkerSetOperatorProps,
  leaderWorkerSetOperatorSchema,
  leaderWorkerSetPin,
} from "#lib/components/leader-worker-set/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { leaderWorkerSetAlertCases } from "./alert-cases";

const operator = contractEntry<LeaderWorkerSetOperatorProps>({
  title: "LeaderWorkerSetOperator",
  pin: leaderWorkerSetPin,
  schema: leaderWorkerSetOperatorSchema,
  build: (scope, props) => new LeaderWorkerSetOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: leaderWorkerSetAlertCases,
});

/** What the contract suite tries. */
export const entries = [operator];
