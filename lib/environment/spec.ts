/** What a platform team writes: one typed file per environment. */

import type { CertManagerProps } from "#lib/components/cert-manager/props";
import type { NamespaceProps } from "#lib/components/foundation/props";
import type { KarpenterProps } from "#lib/components/karpenter/props";
import type { NodePoolProps } from "#lib/components/node-pools/props";
import type { OperatorMode } from "#lib/kube/operator";
import type { ElasticsearchSpec } from "./elasticsearch";
import type { FlinkSpec } from "./flink";
import type { MonitoringSpec } from "./monitoring";
import type { PipelineSpec } from "./pipelines";

/** Where an environment runs. */
export type ClusterSpec =
  /** The control plane that this program starts on this machine, with simulated nodes. */
  | { readonly type: "embedded" }
  /** Any other cluster: a context of a kubeconfig. */
  | {
      readonly type: "context";
      /** Name of the context. */
      readonly context: string;
      /** Path of the kubeconfig. @default what KUBECONFIG names, else the file in the home directory */
      readonly kubeconfig?: string;
    };

/** One environment. Type parameters are the names declared in it, so that a reference to another name does not compile. */
export interface EnvironmentSpec<Pool extends string = string, Flink extends string = string, Search extends string = string> {
  /** Name of the environment, its Pulumi stack and its label: an RFC 1123 label. */
  readonly name: string;
  readonly cluster: ClusterSpec;
  /** How operators are installed; `simulated` needs an embedded cluster. @default "simulated" on an embedded cluster, else "helm" */
  readonly operators?: OperatorMode;
  /** Holds the environment to the rules of production: stand-bys, disruption budgets, durable storage, bounded GPUs. @default false */
  readonly production?: boolean;
  /** Host, or host and path prefix, of the mirror that every image is taken from. @default each image's own registry */
  readonly imageRegistry?: string;
  /** Settings of namespaces by name; a namespace that no component uses is made all the same. @default none */
  readonly namespaces?: Readonly<Record<string, NamespaceProps>>;
  /** Node pools by name: workloads are placed on them by this name. @default none: workloads go to any node without taints */
  readonly nodePools?: Readonly<Record<Pool, NodePoolProps>>;
  /** Karpenter, which makes the nodes of pools of type `karpenter-aws`. @default not installed */
  readonly karpenter?: KarpenterProps;
  /** cert-manager; other components that need certificates find it here. @default not installed */
  readonly certManager?: CertManagerProps;
  /** Elasticsearch: documents and vectors. @default not installed */
  readonly elasticsearch?: ElasticsearchSpec<Pool, Search>;
  /** Flink, which runs Beam pipelines. @default not installed */
  readonly flink?: FlinkSpec<Pool, Flink>;
  /** Beam pipelines by name; the name is that of the submitter and of the job in Flink. @default none */
  readonly pipelines?: Readonly<Record<string, PipelineSpec<NoInfer<Flink>, NoInfer<Search>>>>;
  /** Prometheus with monitors, alerts and dashboards of whatever the environment has. @default not installed */
  readonly monitoring?: MonitoringSpec;
}

/** An environment that passed every check, its defaults filled in. */
export interface Environment extends EnvironmentSpec {
  readonly operators: OperatorMode;
  /** Text of every file the environment names, by the path as written. */
  readonly files: ReadonlyMap<string, string>;
}

/** The environment as it is; its only work is to check the types: a name that no part of it declares does not compile. */
export function defineEnvironment<
  const Pool extends string = never,
  const Flink extends string = never,
  const Search extends string = never,
>(spec: EnvironmentSpec<Pool, Flink, Search>): EnvironmentSpec {
  return spec;
}
