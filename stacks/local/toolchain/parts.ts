/** The programs that the local machinery runs: where each is built from, and which other copies will do. */

/** A program we run. */
export type PartName =
  | "pulumi"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "pulumi-resource-kubernetes";

/** A folder under `modules/` with the `go.mod` and `go.sum` that pin what its parts are built from. */
export type ModuleName = "pulumi" | "kubernetes" | "etcd" | "kwok" | "kubernetes-provider";

/** What we know of one program. */
export interface Part {
  readonly name: PartName;
  readonly module: ModuleName;
  /** Go package of its `main`. */
  readonly goPackage: string;
  /** The version that the module pins. */
  readonly version: string;
  /** Versions that will do: from (inclusive) and below (exclusive). */
  readonly accepts: readonly [from: string, below: string];
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
}

/** Kubernetes as pinned; the objects we write are proven on this minor. */
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

/** Every program, in the order in which they are built. */
export const PARTS: readonly Part[] = [
  {
    name: "etcd",
    module: "etcd",
    goPackage: "go.etcd.io/etcd/server/v3",
    version: "3.6.13",
    // A data folder written by 3.6 is refused by 3.5, and instances outlive a change of PATH.
    accepts: ["3.6.0", "3.7.0"],
    versionArguments: ["--version"],
  },
  {
    name: "kwok",
    module: "kwok",
    goPackage: "sigs.k8s.io/kwok/cmd/kwok",
    version: "0.7.0",
    // Stage is v1alpha1: its fields move between minors.
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
    // It does not tell its version, so that no other copy is accepted. The engine itself takes one from PATH.
    accepts: [KUBERNETES_PROVIDER_VERSION, "5.0.0"],
    versionArguments: ["--version"],
  },
];

/** Linker settings that tell a program its own version; it would say `unknown` or `0.0.0` otherwise. */
export const VERSION_STAMPS: Readonly<Record<ModuleName, readonly string[]>> = {
  pulumi: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0"],
  kubernetes: [
    `k8s.io/component-base/version.gitVersion=v${KUBERNETES_VERSION}`,
    "k8s.io/component-base/version.gitMajor=1",
    "k8s.io/component-base/version.gitMinor=34",
  ],
  // These two carry their version in their source.
  etcd: [],
  kwok: ["sigs.k8s.io/kwok/pkg/consts.Version=0.7.0"],
  "kubernetes-provider": [`${KUBERNETES_PROVIDER_MODULE}/pkg/version.Version=${KUBERNETES_PROVIDER_VERSION}`],
};

/** A file of a dependency that a program embeds. Go embeds only what lies in the program's own module. */
export interface EmbeddedFile {
  /** Name under which the program embeds it. */
  readonly name: string;
  /** Path of the Go module that has it. */
  readonly module: string;
  /** Where it is in that module. */
  readonly path: string;
}

/** What the programs of a module embed from elsewhere. */
export const EMBEDDED_FILES: Readonly<Partial<Record<ModuleName, readonly EmbeddedFile[]>>> = {
  "kubernetes-provider": [{ name: "schema.json", module: KUBERNETES_PROVIDER_MODULE, path: "cmd/pulumi-resource-kubernetes/schema.json" }],
};

/** How long it takes to build all programs of a module on two cores, with their sources to be downloaded. Measured. */
export const BUILD_TAKES: Readonly<Record<ModuleName, string>> = {
  pulumi: "four minutes",
  kubernetes: "four minutes",
  etcd: "half a minute",
  kwok: "a minute",
  "kubernetes-provider": "five minutes",
};
