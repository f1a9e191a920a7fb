/** Network flows of pipelines on Beam's runners. The pods themselves are those of the pipelines. */

import type { NetworkFacts } from "../../../network/facts";

const FILE = "pipelines/numbers.yaml";
const pipeline = (runner: string) => ({ file: FILE, runner }) as const;

/** What the tests of network policies know of runners. */
export const network: NetworkFacts = {
  environments: {
    "pipelines on runners of their own": {
      dask: { clusters: { graph: { image: "registry.example.com/team/dask-beam:2026.3.0" }, other: {} } },
      beamRunners: {
        quick: { type: "direct" },
        offline: { type: "prism", location: "/opt/prism" },
        fetched: { type: "prism" },
        onespark: { type: "spark" },
        bags: { type: "dask", cluster: "graph" },
      },
      pipelines: {
        a: pipeline("quick"),
        b: pipeline("offline"),
        c: pipeline("fetched"),
        d: pipeline("onespark"),
        e: pipeline("bags"),
      },
    },
  },
  files: {
    [FILE]: "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }, { type: LogForTesting }] }\n",
  },
  needed: [
    {
      from: ["submitter"],
      to: ["dask-scheduler"],
      ports: [8786],
      within: (from, to) => from === "bags" && to === "daskcluster-graph",
      reason: "the client of the pipeline's bags",
    },
    { from: ["submitter"], to: ["internet"], ports: [443], within: (from) => from === "fetched", reason: "Prism from its release" },
  ],
  closed: [
    {
      from: ["submitter"],
      to: ["dask-scheduler"],
      ports: [8786],
      within: (from, to) => from !== "bags" || to !== "daskcluster-graph",
      reason: "schedulers run whatever they are sent",
    },
    {
      from: ["submitter"],
      to: ["internet"],
      ports: [443],
      within: (from) => ["quick", "offline", "onespark", "bags"].includes(from),
      reason: "pipelines that fetch nothing",
    },
  ],
};
