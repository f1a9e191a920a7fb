/** Section `flink` of the environment file: the operator, and session clusters that pipelines run on. */

import { z } from "zod";
import { flinkClusterProblems, flinkOperatorProblems, watchProblems, webhookProblems } from "#lib/components/flink/checks";
import { type FlinkClusterSettings, type FlinkOperatorProps, flinkClusterDefaults, withPools } from "#lib/components/flink/props";
import { flinkClusterSchema, flinkOperatorSchema } from "#lib/components/flink/schema";
import { shapesOf } from "#lib/components/node-pools/pool-facts";
import type { NodePoolProps } from "#lib/components/node-pools/props";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { unknownPool } from "./unknown-pool";

/** Flink of an environment. `Pool` is the names of the declared node pools, `Name` those of the clusters. */
export interface FlinkSpec<Pool extends string = string, Name extends string = string> {
  /** @default see {@link FlinkOperatorProps} */
  readonly operator?: FlinkOperatorProps;
  /** Session clusters: pipelines run on them by this name. */
  readonly clusters: Readonly<Record<Name, FlinkClusterSettings<NoInfer<Pool>>>>;
}

/** Schema of the section. That a node pool of a name exists is for {@link flinkProblems} to say. */
export const flinkSchema = z.strictObject({
  operator: flinkOperatorSchema.optional(),
  clusters: z.record(z.string(), flinkClusterSchema(z.string())),
}) satisfies z.ZodType<FlinkSpec>;

/** What the section refers to. */
export interface FlinkSurroundings {
  readonly nodePools: Readonly<Record<string, NodePoolProps>>;
  readonly hasCertManager: boolean;
}

/** Everything that is wrong with the section beyond its shape. */
export function flinkProblems({ operator = {}, clusters }: FlinkSpec, surroundings: FlinkSurroundings): Problem[] {
  const { nodePools, hasCertManager } = surroundings;
  const names = Object.keys(nodePools);
  return [
    ...flinkOperatorProblems(operator, "flink.operator"),
    ...webhookProblems(operator.webhook, hasCertManager, "flink.operator"),
    ...Object.entries(clusters).flatMap(([name, settings]) => {
      const path = joinPath("flink.clusters", [name]);
      const { namespace = flinkClusterDefaults.namespace } = settings;
      return [
        ...(["jobManager", "taskManager"] as const).flatMap((part) => unknownPool(settings[part]?.pool, names, `${path}.${part}.pool`)),
        ...flinkClusterProblems(name, withPools(settings, poolView(nodePools)), path),
        ...watchProblems(operator.watchNamespaces, namespace, path),
      ];
    }),
  ];
}

/** Pools as the checks see them; one that is not declared has been reported, and fits everything. */
function poolView(nodePools: FlinkSurroundings["nodePools"]) {
  return (name: string) => {
    const props = nodePools[name];
    return { name, shapes: props ? shapesOf(props) : [] };
  };
}
