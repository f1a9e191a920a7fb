/** The shape of a generated instance type. */

/** Nominal facts of an instance type. */
export interface InstanceFacts {
  /** vCPUs. */
  readonly cpu: number;
  readonly memoryMib: number;
  /** @default "amd64" */
  readonly arch?: "arm64";
  /** Model and number. @default none */
  readonly accelerators?: readonly [model: string, count: number];
  /** Most pods, where the type decides. @default decided by the cluster's network */
  readonly pods?: number;
  /** Network interfaces with RDMA (EFA). @default none */
  readonly rdma?: number;
  /** Types of disks that it can boot from or attach. @default unknown */
  readonly disks?: readonly string[];
}
