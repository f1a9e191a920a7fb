/** Section `flink` of the environment file: the operator, and session clusters that pipelines run on. */

import { z } from "zod";
import { flinkClusterProblems, flinkOperatorProblems, watchProblems, webhookProblems } from "#lib/components/flink/checks";
import { type FlinkClusterSettings, type FlinkOperatorProps, flinkClusterDefaults, withPools } from "#lib/components/flink/props";
import { flinkClusterSchema, flinkOperatorSchema } from "#lib/components/flink/schema";
import { shapesOf } from "#lib/components/node-pools/pool-facts";
import type { NodePoolProps } from "#lib/components/node-pools/props";
import type { Problem } from "#lib/core/problem";
import { joinPath, nearest } from "#lib/core/schema";

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
  const named = Object.entries(clusters);
  return [
    ...flinkOperatorProblems(operator, "flink.operator"),
    ...webhookProblems(operator.webhook, hasCertManager, "flink.operator"),
    ...named.flatMap(([name, settings]) => {
      const path = joinPath("flink.clusters", [name]);
      const { namespace = flinkClusterDefaults.namespace } = settings;
      return [
        ...poolProblems(settings, nodePools, path),
        ...flinkClusterProblems(name, withPools(settings, poolView(nodePools)), path),
        ...watchProblems(operator.watchNamespaces, namespace, path),
      ];
    }),
  ];
}

const PARTS = ["jobManager", "taskManager"] as const;

function poolProblems(settings: FlinkClusterSettings<string>, nodePools: FlinkSurroundings["nodePools"], path: string): Problem[] {
  const names = Object.keys(nodePools);
  return PARTS.flatMap((part) => {
    const pool = settings[part]?.pool;
    if (pool === undefined || names.includes(pool)) return [];
    const near = nearest(pool, names);
    return [
      {
        id: "environment.unknown-node-pool",
        path: `${path}.${part}.pool`,
        got: JSON.stringify(pool),
        allowed: names.length > 0 ? `a key of nodePools: ${names.join(", ")}` : "a key of nodePools, and there is none",
        fix: near ? `did you mean ${near}?` : "name a declared pool, or declare this one below nodePools",
      },
    ];
  });
}

/** Pools as the checks see them; one that is not declared has been reported, and fits everything. */
function poolView(nodePools: FlinkSurroundings["nodePools"]) {
  return (name: string) => {
    const props = nodePools[name];
    return { name, shapes: props ? shapesOf(props) : [] };
  };
}
