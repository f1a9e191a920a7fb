/** JobSet in the contract suite. */

import { JobSetOperator, type JobSetOperatorProps, jobSetOperatorSchema, jobsetPin } from "#lib/components/jobset/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { jobSetAlertCases } from "./alert-cases";

const operator = contractEntry<JobSetOperatorProps>({
  title: "JobSetOperator",
  pin: jobsetPin,
  schema: jobSetOperatorSchema,
  build: (scope, props) => new JobSetOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: jobSetAlertCases,
});

/** What the contract suite tries. */
export const entries = [operator];
