/** Section `jobset` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/jobset/index";
import { JobSetOperator } from "./operator";
import { jobsetPin } from "./pin";
import { jobSetSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** JobSet: groups of jobs that start, fail and end together, as distributed training needs them. @default not installed */
    jobset: typeof jobSetSectionSchema;
  }
}

const HOME = { namespace: "jobset-system", canUseHostNetwork: true } as const;

/** JobSet. */
export const jobset = section({
  key: "jobset",
  stage: "compute",
  pin: jobsetPin,
  crds: definitions,
  schema: jobSetSectionSchema,
  gives: ["jobGroups"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const { operator } = new JobSetOperator(scope, "Operator", own);
    operator.node.addDependency(home);
    site.give("jobGroups", "jobset", operator);
  },
});
