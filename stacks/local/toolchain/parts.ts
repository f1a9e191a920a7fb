/** Programs of the local control plane and engine: the source of each, and the supported versions of other copies. */

/** A program. */
export type PartName =
  | "pulumi"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "pulumi-resource-kubernetes";

/** A folder under `modules/` with the `go.mod` and `go.sum` that pin the sources of its parts. */
export type ModuleName = "pulumi" | "kubernetes" | "etcd" | "kwok" | "kubernetes-provider";

/** Facts about one program. */
export interface Part {
  readonly name: PartName;
  readonly module: ModuleName;
  /** Go package of its `main`. */
  readonly goPackage: string;
  /** The version that the module pins. */
  readonly version: string;
  /** Supported versions: from (inclusive) and below (exclusive). */
  readonly accepts: readonly [from: string, below: string];
  /** Arguments that print its version. */
  readonly versionArguments: readonly string[];
}

/** The pinned Kubernetes; our objects are tested on this minor. */
export const KUBERNETES_VERSION = "1.34.2";

/** The newest official Kubernetes provider that the Go module proxy serves. */
export const KUBERNETES_PROVIDER_VERSION = "4.25.0";

const KUBERNETES_PROVIDER_MODULE = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** All parts of one minor: the scheduler and controllers must not be newer than the API server (version skew policy). */
const KUBERNETES = {
  module: "kubernetes",
  version: KUBERNETES_VERSION,
  accepts: ["1.34.0", "1.35.0"],
  versionArguments: ["--version"],
} as const;

/** Every program, in build order. */
export const PARTS: readonly Part[] = [
  {
    name: "etcd",
    module: "etcd",
    goPackage: "go.etcd.io/etcd/server/v3",
    version: "3.6.13",
    // 3.5 refuses a data folder of 3.6, and instances outlive a change of PATH.
    accepts: ["3.6.0", "3.7.0"],
    versionArguments: ["--version"],
  },
  {
    name: "kwok",
    module: "kwok",
    goPackage: "sigs.k8s.io/kwok/cmd/kwok",
    version: "0.7.0",
    // Stage is v1alpha1: its fields change between minors.
    accepts: ["0.7.0", "0.8.0"],
    versionArguments: ["--version"],
  },
  { name: "kube-apiserver", goPackage: "k8s.io/kubernetes/cmd/kube-apiserver", ...KUBERNETES },
  { name: "kube-controller-manager", goPackage: "k8s.io/kubernetes/cmd/kube-controller-manager", ...KUBERNETES },
  { name: "kube-scheduler", goPackage: "k8s.io/kubernetes/cmd/kube-scheduler", ...KUBERNETES },
  {
    name: "pulumi",
    module: "pulumi",
    goPackage: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: "3.259.0",
    // Not below the SDK that our programs use; the engine's plugin protocol is stable within major 3.
    accepts: ["3.248.0", "4.0.0"],
    versionArguments: ["version"],
  },
  {
    name: "pulumi-resource-kubernetes",
    module: "kubernetes-provider",
    goPackage: ".",
    version: KUBERNETES_PROVIDER_VERSION,
    // It reports no version, so no other copy is accepted. The engine itself takes one from PATH.
    accepts: [KUBERNETES_PROVIDER_VERSION, "5.0.0"],
    versionArguments: ["--version"],
  },
];

/** Linker flags that set a program's version; otherwise it reports `unknown` or `0.0.0`. */
export const VERSION_STAMPS: Readonly<Record<ModuleName, readonly string[]>> = {
  pulumi: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0"],
  kubernetes: [
    `k8s.io/component-base/version.gitVersion=v${KUBERNETES_VERSION}`,
    "k8s.io/component-base/version.gitMajor=1",
    "k8s.io/component-base/version.gitMinor=34",
  ],
  // The version of these two is in their source.
  etcd: [],
  kwok: ["sigs.k8s.io/kwok/pkg/consts.Version=0.7.0"],
  "kubernetes-provider": [`${KUBERNETES_PROVIDER_MODULE}/pkg/version.Version=${KUBERNETES_PROVIDER_VERSION}`],
};

/** A file of a dependency that a program embeds. Go embeds only files of the program's own module. */
export interface EmbeddedFile {
  /** File name in the program. */
  readonly name: string;
  /** Path of its Go module. */
  readonly module: string;
  /** Path in that module. */
  readonly path: string;
}

/** Files that the programs of a module embed from other modules. */
export const EMBEDDED_FILES: Readonly<Partial<Record<ModuleName, readonly EmbeddedFile[]>>> = {
  "kubernetes-provider": [{ name: "schema.json", module: KUBERNETES_PROVIDER_MODULE, path: "cmd/pulumi-resource-kubernetes/schema.json" }],
};

/** Build time of all programs of a module on two cores, including the download of sources. Measured. */
export const BUILD_TAKES: Readonly<Record<ModuleName, string>> = {
  pulumi: "four minutes",
  kubernetes: "four minutes",
  etcd: "half a minute",
  kwok: "a minute",
  "kubernetes-provider": "five minutes",
};
