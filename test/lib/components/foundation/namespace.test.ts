/** Namespaces of the platform. */

import { Testing } from "cdk8s";
import { PlatformNamespace, type PlatformNamespaceProps } from "#lib/components/foundation/index";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";

function objects(props: PlatformNamespaceProps): readonly KubeObject[] {
  const chart = Testing.chart();
  new PlatformNamespace(chart, "Namespace", props);
  return Testing.synth(chart);
}

function only(kind: string, props: PlatformNamespaceProps): KubeObject | undefined {
  return objects(props).find((object) => object.kind === kind);
}

test("enforces, audits and warns at the same level and version", () => {
  expect(only("Namespace", { name: "lab" })?.metadata.labels).toEqual({
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "v1.34",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/audit-version": "v1.34",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "v1.34",
  });
});

test("writes down why a namespace is less strict", () => {
  const made = only("Namespace", { name: "lab", podSecurity: { level: "baseline", reason: "images that run as root" } });

  expect(made?.metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "baseline" });
  expect(made?.metadata.annotations).toEqual({ "beamstack-iac/pod-security-reason": "images that run as root" });
});

test("keeps what a quota does not name", () => {
  expect(only("ResourceQuota", { name: "lab", quota: { gpus: 2, memory: Size.gibibytes(8) } })?.["spec"]).toEqual({
    hard: {
      "requests.cpu": "64",
      "requests.memory": "8Gi",
      "requests.nvidia.com/gpu": "2",
      "requests.storage": "4Ti",
      pods: "200",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    },
  });
});

test("closes both ways, but for names", () => {
  const policies = objects({ name: "lab" }).filter(({ kind }) => kind === "NetworkPolicy");

  expect(policies.map(({ metadata }) => metadata.name)).toEqual(["default-deny", "allow-dns-egress", "allow-node-local-dns-egress"]);
  expect(policies[0]?.["spec"]).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
});

test("open egress still ends at the instance metadata", () => {
  const open = objects({ name: "lab", egress: "open" }).find(({ metadata }) => metadata.name === "allow-outside-egress");

  expect(open?.["spec"]).toMatchObject({ egress: [{ to: [{ ipBlock: { except: ["169.254.169.254/32"] } }, {}] }] });
});

test("gives no token to pods that name no account", () => {
  expect(only("ServiceAccount", { name: "lab" })).toMatchObject({ metadata: { name: "default" }, automountServiceAccountToken: false });
});
