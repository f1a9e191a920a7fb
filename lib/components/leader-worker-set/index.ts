/** LeaderWorkerSet: groups of pods that start, fail and are replaced together. */

export { LeaderWorkerSetOperator } from "./operator";
export { leaderWorkerSetPin } from "./pin";
export { type LeaderWorkerSetOperatorProps, leaderWorkerSetOperatorSchema, leaderWorkerSetSectionSchema } from "./schema";
export { leaderWorkerSet } from "./section";
