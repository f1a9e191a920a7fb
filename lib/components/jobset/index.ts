/** JobSet: jobs that start, fail and end together. */

export { JobSetOperator } from "./operator";
export { jobsetPin } from "./pin";
export { type JobSetOperatorProps, jobSetOperatorSchema, jobSetSectionSchema } from "./schema";
export { jobset } from "./section";
