/** Network flows of submitters, and of the runners and stores of pipelines. */

import { isJsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, onHost, type PodFacts } from "../../../network/facts";

/** A file that installs a package. */
export const PACKAGES = `pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }, { type: Mine }] }
providers: [{ type: pythonPackage, config: { packages: ["any-package==1.0"] }, transforms: { Mine: any_package.Mine } }]
`;

const submitter = {
  flink: {
    clusters: {
      main: { worker: { env: { HTTPS_PROXY: "http://proxy.example.com:3128", PIP_INDEX_URL: "http://pypi.example.com:8081/simple" } } },
    },
  },
  pipelines: {
    packages: {
      file: "pipelines/packages.yaml",
      runner: "main",
      artifacts: "s3://any/artifacts",
      options: { s3_endpoint_url: "http://store.example.com:9000" },
      secretEnv: { AWS_SECRET_ACCESS_KEY: secretRef("store", "key") },
    },
  },
} as const;

const SUBMITTERS = ["submitter", "stream-submitter"];

/** The runner's name is a label, or the host of the option `flink_master`. */
function submitterPods(job: KubeObject): PodFacts[] {
  const template = valueAt(job, ["spec", "template"]);
  const labels = valueAt(template, ["metadata", "labels"]);
  if (!isJsonObject(labels) || labels["app.kubernetes.io/name"] !== "beam-submitter") return [];
  const own = labels as Readonly<Record<string, string>>;
  const runner = own["beamstack-iac/beam-runner"] ?? /--flink_master=([-a-z0-9]+)-rest\./.exec(JSON.stringify(template))?.[1] ?? "";
  // What keeps the state of a stream has a token of the API server.
  const kind = JSON.stringify(template).includes("serviceAccountToken") ? "stream-submitter" : "submitter";
  return [{ kind, instance: runner, namespace: job.metadata.namespace ?? "", labels: own, ports: [], hostNetwork: false }];
}

/** Does a pipeline on the runner name the store? */
function isNamed(from: string, to: string, { pipelines }: EnvironmentSpec): boolean {
  return Object.values(pipelines ?? {}).some(({ runner, stores = [] }) => runner === from && stores.some((store) => store === to));
}

function hasPort(port: number): (spec: EnvironmentSpec) => boolean {
  return (spec) => JSON.stringify(spec).includes(`:${port}`);
}

/** What the tests of network policies know of pipelines. */
export const network: NetworkFacts = {
  environments: { "a submitter behind a proxy": submitter },
  files: { "pipelines/packages.yaml": PACKAGES },
  pods: { Job: submitterPods },
  needed: [
    { from: SUBMITTERS, to: ["flink-jobmanager"], ports: [8081], within: "instance", reason: "submission" },
    { from: ["submitter"], to: ["internet"], ports: [3128], when: hasPort(3128), reason: "a proxy" },
    { from: ["submitter"], to: ["internet"], ports: [8081], when: hasPort(8081), reason: "a package index" },
    { from: ["submitter"], to: ["internet"], ports: [9000, 443], when: hasPort(9000), reason: "storage of artifacts" },
    { from: ["stream-submitter"], to: ["api-server"], ports: [443, 6443], reason: "the state of a stream" },
    { from: ["flink-taskmanager"], to: ["elasticsearch"], ports: [9200], within: isNamed, reason: "workers write to their stores" },
  ],
  closed: [
    {
      from: ["flink-taskmanager"],
      to: ["elasticsearch"],
      ports: [9200],
      within: (from, to, spec) => !isNamed(from, to, spec),
      when: (spec) => !onHost(spec),
      reason: "stores that no pipeline names",
    },
    { from: SUBMITTERS, to: ["internet", "api-server"], ports: [22, 25, 5432], reason: "packages and storage only" },
    { from: ["submitter"], to: ["api-server"], ports: [6443], reason: "no state to keep" },
    {
      from: SUBMITTERS,
      to: ["elastic-operator", "karpenter", "cert-manager", "prometheus"],
      ports: [8080, 8081, 9090, 9101, 9402],
      reason: "user code",
    },
  ],
};
