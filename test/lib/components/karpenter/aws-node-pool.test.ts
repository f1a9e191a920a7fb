/** Pools as Karpenter reads them. */

import { App } from "cdk8s";
import { Construct } from "constructs";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { AwsNodePool, Karpenter } from "#lib/components/karpenter/index";
import type { KarpenterProps } from "#lib/components/karpenter/schema";
import type { NodePoolProps } from "#lib/components/node-pools/index";
import { karpenterAwsPoolSchema } from "#lib/components/node-pools/karpenter-schema";
import { nodesOnDemand } from "#lib/components/node-pools/provisioned";
import { Duration } from "#lib/core/duration";
import { type Problem, unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { setPlace } from "#lib/kube/ownership";
import type { PropsOf } from "#lib/kube/props";
import type { Release } from "#lib/release/release";

const nodes = { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } as const;
const gpu = {
  type: "karpenter-aws",
  instanceTypes: ["g6.12xlarge"],
  limits: { cpu: 96, memory: Size.gibibytes(384), accelerators: 8 },
} as const satisfies NodePoolProps;

function release(pool: Partial<PropsOf<typeof karpenterAwsPoolSchema>> = {}, settings: Partial<KarpenterProps> = {}) {
  const app = new App();
  const chart = new StageChart(app, "compute");
  const karpenter = new Karpenter(chart, "Karpenter", { clusterName: "prod", nodes, ...settings });
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "nodePools.gpu" });
  const parsed = karpenterAwsPoolSchema.parse({ ...gpu, ...pool });
  new AwsNodePool(scope, "Pool", { pool: { ...parsed, ...nodesOnDemand("gpu", parsed) }, karpenter });
  return synthesize(app, "test");
}

function spec(kind: string, made: Release) {
  return made.objects.find(({ manifest }) => manifest.kind === kind)?.manifest["spec"];
}

test("taints GPU nodes, limits GPUs, and takes away only nodes that are empty", () => {
  expect(spec("NodePool", unwrap(release()))).toEqual({
    template: {
      metadata: { labels: { "beamstack-iac/node-pool": "gpu" } },
      spec: {
        nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "gpu" },
        requirements: [
          { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
          { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g6.12xlarge"] },
          { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
        ],
        taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
        expireAfter: "720h",
      },
    },
    disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "10m", budgets: [{ nodes: "10%" }] },
    limits: { cpu: "96", memory: "384Gi", "nvidia.com/gpu": "8" },
  });
});

test("locks down the machines: encrypted volumes, instance metadata only by token and for the node itself", () => {
  expect(spec("EC2NodeClass", unwrap(release()))).toEqual({
    amiSelectorTerms: [{ alias: "al2023@v20260810" }],
    role: "nodes",
    subnetSelectorTerms: [{ tags: { "karpenter.sh/discovery": "prod" } }],
    securityGroupSelectorTerms: [{ tags: { "karpenter.sh/discovery": "prod" } }],
    blockDeviceMappings: [
      { deviceName: "/dev/xvda", ebs: { volumeSize: "100Gi", volumeType: "gp3", encrypted: true, deleteOnTermination: true } },
    ],
    metadataOptions: { httpEndpoint: "enabled", httpProtocolIPv6: "disabled", httpPutResponseHopLimit: 1, httpTokens: "required" },
    tags: { "beamstack-iac/node-pool": "gpu" },
  });
});

test("puts data of Bottlerocket on its second volume, and encrypts both", () => {
  const made = spec("EC2NodeClass", unwrap(release({}, { nodes: { ...nodes, image: "bottlerocket@v1.45.0", kmsKey: "key" } })));

  expect(made).toMatchObject({
    blockDeviceMappings: [
      { deviceName: "/dev/xvda", ebs: { volumeSize: "4Gi", encrypted: true, kmsKeyID: "key" } },
      { deviceName: "/dev/xvdb", ebs: { volumeSize: "100Gi", encrypted: true, kmsKeyID: "key" } },
    ],
  });
});

test("uses an instance profile that exists", () => {
  const made = spec(
    "EC2NodeClass",
    unwrap(release({}, { nodes: { ...nodes, identity: { type: "instance-profile", instanceProfile: "p" } } })),
  );

  expect(made).toMatchObject({ instanceProfile: "p" });
  expect(made).not.toHaveProperty("role");
});

test("keeps a window for disruption", () => {
  const disruptionBudgets = [{ nodes: 0, schedule: "0 8 * * 1-5", duration: Duration.hours(10) }];

  expect(spec("NodePool", unwrap(release({ disruptionBudgets })))).toMatchObject({
    disruption: { budgets: [{ nodes: "0", schedule: "0 8 * * 1-5", duration: "10h" }] },
  });
});

test("brings the definitions before the controller, and both before the pool", () => {
  const { edges } = unwrap(release());
  const before = (from: string) => edges.filter((edge) => edge.from === from).map(({ to }) => to);

  expect(before("helm/Release/karpenter/karpenter")).toContain("helm/Release/karpenter/karpenter-crd");
  expect(before("karpenter.sh/NodePool/gpu")).toEqual(
    expect.arrayContaining(["helm/Release/karpenter/karpenter", "karpenter.k8s.aws/EC2NodeClass/gpu"]),
  );
});

const warned = (result: { ok: boolean; warnings?: readonly Problem[] }) => result.warnings?.map(({ id }) => id);
const bottlerocket = { ...nodes, image: "bottlerocket@v1.63.0" } as const;

test("warns of spot nodes that nobody drains", () => {
  expect(warned(release({ capacityTypes: ["spot"] }, { nodes: bottlerocket }))).toEqual(["karpenter.spot-without-interruption-queue"]);
  expect(warned(release({ capacityTypes: ["spot"] }, { nodes: bottlerocket, interruptionQueue: "queue" }))).toEqual([]);
});

test("warns of accelerators that the nodes of an image do not offer", () => {
  const without = ["karpenter.image-without-device-plugin"];

  expect(warned(release())).toEqual(without);
  expect(warned(release({}, { nodes: bottlerocket }))).toEqual([]);
  expect(warned(release({ instanceTypes: ["inf2.xlarge"] }, { nodes: bottlerocket }))).toEqual(without);
  expect(warned(release({ instanceTypes: ["m7i.2xlarge"], limits: { cpu: 8, memory: Size.gibibytes(32) } }))).toEqual([]);
});
