/** The layer rules of ARCHITECTURE.md, as a machine reads them. */

/** What each layer may import besides itself and packages. */
const LAYERS = {
  "lib/core": [],
  "lib/kube": ["lib/core"],
  "lib/imports": ["lib/core"],
  "lib/beam": ["lib/core", "lib/kube", "lib/imports"],
  "lib/environment": ["lib/core", "lib/kube"],
  "lib/components": ["lib/core", "lib/kube", "lib/imports", "lib/beam", "lib/environment"],
  "lib/checks": ["lib/core", "lib/kube", "lib/release"],
  "lib/release": ["lib/core", "lib/kube"],
  "lib/gitops": ["lib/core", "lib/kube", "lib/release"],
  charts: ["lib"],
  stacks: ["lib", "charts"],
};

/** Packages without side effects. */
const PURE_PACKAGES = ["cdk8s", "cdk8s-plus-28", "constructs", "yaml", "zod"];

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer.replace("/", "-")}`,
  comment: `${layer} may import ${[layer, ...allowed].join(", ")} and packages`,
  severity: "error",
  from: { path: `^${layer}/` },
  to: { path: "^(lib|charts|stacks|test|bench|scripts)/", pathNot: `^(${[layer, ...allowed].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      comment:
        "an import that resolves to no source file escapes every other rule; the template of init imports the package that it will have installed",
      severity: "error",
      from: { pathNot: "^stacks/cli/commands/init/template/" },
      to: { couldNotResolve: true },
    },
    {
      name: "no-sibling-component",
      comment: "two products meet through a role of lib/kube, never in each other's folder",
      severity: "error",
      from: { path: "^lib/components/([^/]+)/" },
      to: { path: "^lib/components/[^/]+/", pathNot: "^lib/components/$1/" },
    },
    {
      name: "only-pure-packages-in-lib",
      comment: "Pulumi and everything else that reads, writes or calls belongs to stacks",
      severity: "error",
      from: { path: "^(lib|charts)/" },
      to: { path: "node_modules/", pathNot: `node_modules/(${PURE_PACKAGES.join("|")})/` },
    },
    {
      name: "no-side-effects-in-lib",
      comment: "files, processes, network and clock belong to stacks; of Node's own modules only hashes are pure",
      severity: "error",
      from: { path: "^(lib|charts)/" },
      to: { dependencyTypes: ["core"], pathNot: "^crypto$" },
    },
    {
      name: "charts-name-no-product",
      comment: "charts build what the catalog lists; of the components they know only the foundation, which is Kubernetes itself",
      severity: "error",
      from: { path: "^charts/" },
      to: { path: "^lib/components/[^/]+/", pathNot: "^lib/components/foundation/" },
    },
    {
      name: "commands-without-sdk",
      comment: "the engine's SDK takes as long to load as all else of a command, and only the program uses it",
      severity: "error",
      from: { path: "^stacks/cli/" },
      to: { path: "node_modules/@pulumi/pulumi/", reachable: true },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    // `source` of the `imports` in package.json: what runs is in dist, which no rule reads.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["source", "import", "require", "node", "default", "types"] },
  },
};
