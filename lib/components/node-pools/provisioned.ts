/** Settings of a pool for its provisioner. */

import { NODE_POOL_LABEL } from "#lib/kube/node-pool";
import type { ProvisionedPool } from "#lib/kube/provisioning";
import { formatCores } from "#lib/kube/quantity";
import { acceleratorResource, machinesOf } from "./machines";
import { taintsOf } from "./pool-facts";
import type { KarpenterAwsPoolSettings } from "./schema";

/** Settings of the pool for its provisioner. */
export function provisioned(name: string, props: KarpenterAwsPoolSettings): ProvisionedPool {
  const resource = acceleratorResource(props);
  const { type: _, limits, ...own } = props;
  return {
    ...own,
    name,
    instanceTypes: machinesOf(props).map((machine) => machine.name),
    labels: { [NODE_POOL_LABEL]: name },
    taints: taintsOf(props),
    limits: limitQuantities(limits, resource),
  };
}

function limitQuantities(
  { cpu, memory, accelerators }: KarpenterAwsPoolSettings["limits"],
  resource: string | undefined,
): Record<string, string> {
  return { cpu: formatCores(cpu), memory: `${memory}`, ...(resource && { [resource]: `${accelerators ?? 0}` }) };
}
