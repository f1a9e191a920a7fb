/** Stage `data-preparation`: the engines that prepare data. */

import type { Construct } from "constructs";
import { FlinkCluster, type FlinkClusterSettings, FlinkOperator, flinkClusterDefaults, withPools } from "#lib/components/flink/index";
import type { FlinkSpec } from "#lib/environment/flink";
import type { Environment } from "#lib/environment/spec";
import type { NodePools } from "./compute";
import { addElasticsearch, type VectorStores } from "./elasticsearch";
import { type FoundationChart, OPERATOR_PRIORITY } from "./foundation";
import { StageChart } from "./stage-chart";

/** Flink session clusters by the name that the environment gives them. */
export type FlinkClusters = ReadonlyMap<string, FlinkCluster>;

/** Stages that this one stands on. */
export interface DataPreparationNeeds {
  readonly foundation: FoundationChart;
  readonly pools: NodePools;
}

/** Flink: its operator and session clusters. */
export class DataPreparationChart extends StageChart {
  /** Pipelines find their runner here. */
  public readonly flinkClusters: FlinkClusters;
  /** Where pipelines write documents and vectors. */
  public readonly vectorStores: VectorStores;
  /** Absent where the environment has no Flink. */
  public readonly flinkOperator?: FlinkOperator;

  public constructor(
    scope: Construct,
    environment: Environment,
    private readonly needs: DataPreparationNeeds,
  ) {
    super(scope, "data-preparation");
    const { flink } = environment;
    this.vectorStores = addElasticsearch(this, environment, needs);
    this.flinkOperator = flink && this.addOperator(flink);
    const named = Object.entries(flink?.clusters ?? {});
    this.flinkClusters = new Map(named.map(([name, settings]) => [name, this.addCluster(name, settings)]));
  }

  private addOperator({ operator = {} }: FlinkSpec): FlinkOperator {
    const { foundation } = this.needs;
    const { name: namespace } = foundation.ensureNamespace({ name: flinkClusterDefaults.namespace, source: "flink" });
    const watched = (operator.watchNamespaces ?? []).map((name) =>
      foundation.ensureNamespace({ name, source: "flink.operator.watchNamespaces" }),
    );
    const made = new FlinkOperator(this, "FlinkOperator", {
      ...operator,
      namespace,
      source: "flink.operator",
      priority: OPERATOR_PRIORITY,
      ...(foundation.certManager && { certManager: foundation.certManager }),
    });
    // The chart gives the operator its rights in each namespace that it watches, so these come first.
    made.node.addDependency(...watched, foundation.priorityClasses);
    return made;
  }

  private addCluster(name: string, settings: FlinkClusterSettings<string>): FlinkCluster {
    const { foundation, pools } = this.needs;
    const source = `flink.clusters.${name}`;
    const { name: namespace } = foundation.ensureNamespace({ name: settings.namespace ?? flinkClusterDefaults.namespace, source });
    return new FlinkCluster(this, `FlinkCluster-${name}`, {
      ...withPools(settings, (pool) => pools.get(pool)),
      name,
      namespace,
      source,
      priority: "beamstack-pipelines",
    });
  }
}
