/** Priority classes of the platform: the order of preemption when nodes are full. */

/** A priority class. Higher values preempt lower ones; the system classes of Kubernetes are higher than all of them. */
export interface Priority {
  readonly name: string;
  readonly value: number;
  /** `Never`: scheduled before lower classes, but preempts no pods. */
  readonly preemption: "PreemptLowerPriority" | "Never";
  readonly purpose: string;
}

/** Every priority class, highest first. */
export const PRIORITIES = [
  { name: "beamstack-system", value: 900_000, preemption: "PreemptLowerPriority", purpose: "Operators and their webhooks." },
  {
    name: "beamstack-serving",
    value: 700_000,
    preemption: "PreemptLowerPriority",
    purpose: "Model servers, feature servers, vector stores.",
  },
  {
    name: "beamstack-pipelines",
    value: 500_000,
    preemption: "PreemptLowerPriority",
    purpose: "Session clusters and the pipelines on them.",
  },
  { name: "beamstack-batch", value: 100_000, preemption: "Never", purpose: "Training, tuning and other work that can start again." },
] as const satisfies readonly Priority[];

/** Name of a priority class. */
export type PriorityName = (typeof PRIORITIES)[number]["name"];
