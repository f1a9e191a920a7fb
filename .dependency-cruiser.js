/** The layer rules of ARCHITECTURE.md, as a machine reads them. */

/** What each layer may import besides itself and packages. */
const LAYERS = {
  "lib/core": [],
  "lib/kube": ["lib/core"],
  "lib/imports": ["lib/core"],
  "lib/beam": ["lib/core", "lib/kube", "lib/imports"],
  "lib/components": ["lib/core", "lib/kube", "lib/imports", "lib/beam"],
  "lib/environment": ["lib/core", "lib/kube", "lib/beam", "lib/components"],
  "lib/checks": ["lib/core", "lib/kube", "lib/release"],
  "lib/release": ["lib/core", "lib/kube"],
  "lib/gitops": ["lib/core", "lib/kube", "lib/release"],
  charts: ["lib"],
  stacks: ["lib", "charts"],
};

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
      name: "no-sibling-component",
      comment: "two products meet in a chart, never in each other's folder",
      severity: "error",
      from: { path: "^lib/components/([^/]+)/" },
      to: { path: "^lib/components/[^/]+/", pathNot: "^lib/components/$1/" },
    },
    {
      name: "pulumi-only-in-stacks",
      severity: "error",
      from: { path: "^(lib|charts)/" },
      to: { path: "node_modules/@(pulumi|grpc)/" },
    },
    {
      name: "no-side-effects-in-lib",
      comment: "files, processes, network and clock belong to stacks",
      severity: "error",
      from: { path: "^(lib|charts)/" },
      to: { path: "^(node:)?(fs|fs/promises|child_process|http|https|http2|net|tls|os|dns|dgram|worker_threads|cluster|timers)$" },
    },
    {
      name: "environment-takes-only-words-of-components",
      comment: "the environment knows a component's props, schema and checks, never its constructs",
      severity: "error",
      from: { path: "^lib/environment/" },
      to: { path: "^lib/components/", pathNot: "^lib/components/([^/]+/(props|schema|checks|pin|pool-facts)|catalog)\\.ts$" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
