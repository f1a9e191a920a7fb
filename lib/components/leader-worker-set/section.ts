/** Section `leaderWorkerSet` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/leader-worker-set/index";
import { LeaderWorkerSetOperator } from "./operator";
import { leaderWorkerSetPin } from "./pin";
import { leaderWorkerSetSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** LeaderWorkerSet: groups of pods that start, fail and are replaced together, as language models on several nodes need them. @default not installed */
    leaderWorkerSet: typeof leaderWorkerSetSectionSchema;
  }
}

const HOME = { namespace: "lws-system" } as const;

/** LeaderWorkerSet. */
export const leaderWorkerSet = section({
  key: "leaderWorkerSet",
  stage: "compute",
  pin: leaderWorkerSetPin,
  crds: definitions,
  schema: leaderWorkerSetSectionSchema,
  gives: ["podGroups"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const operator = new LeaderWorkerSetOperator(scope, "Operator", own);
    operator.operator.node.addDependency(home);
    site.give("podGroups", "leader-worker-set", operator);
  },
});
