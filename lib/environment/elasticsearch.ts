/** Section `elasticsearch` of the environment file: the operator, and clusters that pipelines write to. */

import { z } from "zod";
import { elasticOperatorProblems, elasticsearchProblems } from "#lib/components/elasticsearch/checks";
import type { ElasticOperatorProps, ElasticsearchProps } from "#lib/components/elasticsearch/props";
import { elasticOperatorSchema, elasticsearchSchema } from "#lib/components/elasticsearch/schema";
import { nodePoolProblems } from "#lib/components/node-pools/checks";
import { poolFacts } from "#lib/components/node-pools/pool-facts";
import type { NodePoolProps } from "#lib/components/node-pools/props";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { unknownPool } from "./unknown-pool";

/** Elasticsearch of an environment. `Pool` is the names of the declared node pools, `Name` those of the clusters. */
export interface ElasticsearchSpec<Pool extends string = string, Name extends string = string> {
  /** @default see {@link ElasticOperatorProps} */
  readonly operator?: ElasticOperatorProps;
  /** Clusters by name; the service of each is `<name>-es-http`. */
  readonly clusters: Readonly<Record<Name, ElasticsearchProps<NoInfer<Pool>>>>;
}

/** Schema of the section. That a node pool of a name exists is for {@link elasticsearchSectionProblems} to say. */
export const elasticsearchSectionSchema = z.strictObject({
  operator: elasticOperatorSchema.optional(),
  clusters: z.record(z.string(), elasticsearchSchema(z.string())),
}) satisfies z.ZodType<ElasticsearchSpec>;

/** Everything that is wrong with the section beyond its shape. */
export function elasticsearchSectionProblems({ operator = {}, clusters }: ElasticsearchSpec, nodePools: DeclaredPools): Problem[] {
  return [
    ...elasticOperatorProblems(operator, "elasticsearch.operator"),
    ...Object.entries(clusters).flatMap(([name, props]) => {
      const path = joinPath("elasticsearch.clusters", [name]);
      return [...elasticsearchProblems(name, withPools(props, nodePools), path), ...unknownPools(props, nodePools, path)];
    }),
  ];
}

/** Node pools as the environment declares them. */
type DeclaredPools = Readonly<Record<string, NodePoolProps>>;

function unknownPools({ nodeSets }: ElasticsearchProps<string>, nodePools: DeclaredPools, path: string): Problem[] {
  const declared = Object.keys(nodePools);
  return Object.entries(nodeSets).flatMap(([set, { pool }]) => unknownPool(pool, declared, joinPath(`${path}.nodeSets`, [set, "pool"])));
}

function withPools(props: ElasticsearchProps<string>, nodePools: DeclaredPools) {
  const placed = Object.entries(props.nodeSets).map(
    ([set, settings]) => [set, { ...settings, pool: viewOf(settings.pool, nodePools) }] as const,
  );
  return { ...props, nodeSets: Object.fromEntries(placed) };
}

/** A pool as the checks see it; one that is not declared or wrong in itself has been reported. */
function viewOf(name: string | undefined, nodePools: DeclaredPools) {
  const props = name === undefined ? undefined : nodePools[name];
  if (name === undefined || !props || nodePoolProblems(props, name).length > 0) return undefined;
  return { name, ...poolFacts(name, props) };
}
