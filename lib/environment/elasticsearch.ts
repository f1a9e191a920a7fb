/** Section `elasticsearch` of the environment file: the operator, and clusters that pipelines write to. */

import { z } from "zod";
import { elasticOperatorProblems, elasticsearchProblems } from "#lib/components/elasticsearch/checks";
import type { ElasticOperatorProps, ElasticsearchProps } from "#lib/components/elasticsearch/props";
import { elasticOperatorSchema, elasticsearchSchema } from "#lib/components/elasticsearch/schema";
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
export function elasticsearchSectionProblems({ operator = {}, clusters }: ElasticsearchSpec, pools: readonly string[]): Problem[] {
  return [
    ...elasticOperatorProblems(operator, "elasticsearch.operator"),
    ...Object.entries(clusters).flatMap(([name, props]) => {
      const path = joinPath("elasticsearch.clusters", [name]);
      return [...elasticsearchProblems(name, props, path), ...poolProblems(props, pools, path)];
    }),
  ];
}

function poolProblems({ nodeSets }: ElasticsearchProps<string>, pools: readonly string[], path: string): Problem[] {
  return Object.entries(nodeSets).flatMap(([set, { pool }]) => unknownPool(pool, pools, joinPath(`${path}.nodeSets`, [set, "pool"])));
}
