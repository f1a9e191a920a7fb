/** A node pool of one small node. */

import { Construct } from "constructs";
import { Size } from "#lib/core/size";
import type { INodePool } from "#lib/kube/node-pool";

/** A node pool of one small node. */
export class SmallPool extends Construct implements INodePool {
  public readonly name = "small";
  public readonly nodeSelector = { "beamstack-iac/node-pool": "small" };
  public readonly tolerations = [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }] as const;
  public readonly shapes = [{ cpu: 8, memory: Size.gibibytes(32), accelerators: 0 }];
  public readonly capacity = { nodes: 1, cpu: 8, memory: Size.gibibytes(32), accelerators: 0 };
  public readonly simulatedNodes = [];
}
