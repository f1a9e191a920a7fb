/** Where the facts of each product come from: the pinned registry package, or a snapshot that has to be given on disk. Data only. */

/** A folder or file inside a Go module. */
interface GoModuleSource {
  readonly registry: "go";
  readonly module: string;
  readonly version: string;
  /** Folder with the definitions, or one file. */
  readonly path: string;
}

/** A folder of the product's public source tree that no registry serves. */
interface SnapshotSource {
  readonly registry: "none";
  readonly repository: string;
  readonly tag: string;
  readonly path: string;
}

/** The definitions of one product. */
export interface ProductSource {
  readonly product: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly source: GoModuleSource | SnapshotSource;
  /** Names of the definitions to keep. @default every definition found */
  readonly only?: readonly string[];
}

/** Products whose definitions are imported, in alphabetical order. */
export const PRODUCTS: readonly ProductSource[] = [
  {
    product: "cert-manager",
    version: "1.21.1",
    licence: "Apache-2.0",
    source: { registry: "go", module: "github.com/cert-manager/cert-manager", version: "v1.21.1", path: "deploy/crds" },
  },
  {
    product: "eck",
    version: "3.5.0",
    licence: "Elastic-2.0",
    source: { registry: "go", module: "github.com/elastic/cloud-on-k8s/v3", version: "v3.5.0", path: "config/crds/v1/all-crds.yaml" },
    only: ["elasticsearches.elasticsearch.k8s.elastic.co", "kibanas.kibana.k8s.elastic.co"],
  },
  {
    product: "flink",
    version: "1.15.0",
    licence: "Apache-2.0",
    source: {
      registry: "none",
      repository: "apache/flink-kubernetes-operator",
      tag: "release-1.15.0",
      path: "helm/flink-kubernetes-operator/crds",
    },
  },
  {
    product: "karpenter",
    version: "1.14.1",
    licence: "Apache-2.0",
    source: { registry: "go", module: "sigs.k8s.io/karpenter", version: "v1.14.1", path: "pkg/apis/crds" },
  },
  {
    product: "karpenter-aws",
    version: "1.14.1",
    licence: "Apache-2.0",
    source: {
      registry: "go",
      module: "github.com/aws/karpenter-provider-aws",
      version: "v1.14.1",
      path: "pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml",
    },
  },
  {
    product: "kwok",
    version: "0.7.0",
    licence: "Apache-2.0",
    source: { registry: "go", module: "sigs.k8s.io/kwok", version: "v0.7.0", path: "kustomize/crd/bases/kwok.x-k8s.io_stages.yaml" },
  },
  {
    product: "prometheus-operator",
    version: "0.93.1",
    licence: "Apache-2.0",
    source: {
      registry: "go",
      module: "github.com/prometheus-operator/prometheus-operator",
      version: "v0.93.1",
      path: "example/prometheus-operator-crd",
    },
  },
];
