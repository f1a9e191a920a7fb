/** Instance types of the clouds, read from what provisioners publish. Each reader takes the texts of its source and returns rows by name. */

import { parse } from "yaml";
import { isJsonObject } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import type { InstanceFacts } from "#lib/imports/instance-types/facts";

/** Rows of one cloud, by name of the instance type. */
export type InstanceRows = ReadonlyMap<string, InstanceFacts>;

/** A file that rows are read from. */
interface InstanceSource {
  /** Name of the file in `DIR/instance-types`. */
  readonly file: string;
  readonly repository: string;
  readonly tag: string;
  readonly path: string;
  /** SPDX identifier. */
  readonly licence: string;
}

/** How the rows of one cloud are made. */
interface InstanceImport {
  readonly sources: readonly InstanceSource[];
  readonly read: (texts: readonly string[]) => InstanceRows;
}

const AZURE_KARPENTER = { repository: "Azure/karpenter-provider-azure", tag: "v1.14.2", licence: "Apache-2.0" };

/** Every cloud. */
export const INSTANCE_IMPORTS: Readonly<Record<"aws" | "azure" | "gcp", InstanceImport>> = {
  aws: {
    sources: [
      {
        file: "aws.md",
        repository: "aws/karpenter-provider-aws",
        tag: "v1.14.1",
        path: "website/content/en/preview/reference/instance-types.md",
        licence: "Apache-2.0",
      },
    ],
    read: ([page = ""]) => awsRows(page),
  },
  azure: {
    sources: [
      {
        file: "azure.go",
        repository: "kubernetes/autoscaler",
        tag: "cluster-autoscaler-1.36.1",
        path: "cluster-autoscaler/cloudprovider/azure/azure_instance_types.go",
        licence: "Apache-2.0",
      },
      { file: "azure-known.yaml", ...AZURE_KARPENTER, path: "pkg/providers/instancetype/known_skus.yaml" },
      { file: "azure-gpus.yaml", ...AZURE_KARPENTER, path: "pkg/utils/supported-gpus.yaml" },
    ],
    read: ([types = "", known = "", gpus = ""]) => azureRows(types, known, gpus),
  },
  gcp: {
    sources: [
      {
        file: "gcp.yml",
        repository: "Cyclenerd/google-cloud-pricing-cost-calculator",
        tag: "dac31281f2a4575f0a8bff20ac04fc71a5ff2190",
        path: "build/gcp.yml",
        licence: "Apache-2.0",
      },
      {
        file: "gcp-disks.yaml",
        repository: "cloudpilot-ai/karpenter-provider-gcp",
        tag: "v0.5.0",
        path: "pkg/providers/disktype/pdcsi/node-labeler-configmap.yaml",
        licence: "Apache-2.0",
      },
    ],
    read: ([catalogue = "", disks = ""]) => gcpRows(catalogue, gcpDisks(disks)),
  },
};

/** Names of Karpenter's labels `instance-gpu-name` and `instance-accelerator-name`; where two differ in memory (MiB), both are in the key. */
const AWS_MODELS: Readonly<Record<string, string>> = {
  "a100 40960": "nvidia-a100-40gb",
  "a100 81920": "nvidia-a100-80gb",
  a10g: "nvidia-a10g",
  b200: "nvidia-b200",
  b300: "nvidia-b300",
  "gaudi-hl-205": "habana-gaudi",
  h100: "nvidia-h100-80gb",
  h200: "nvidia-h200-141gb",
  inferentia: "aws-inferentia",
  inferentia2: "aws-inferentia2",
  l4: "nvidia-l4",
  l40s: "nvidia-l40s",
  "radeon-pro-v520": "amd-radeon-pro-v520",
  "rtx-pro-server-6000": "nvidia-rtx-pro-6000",
  t4: "nvidia-t4",
  t4g: "nvidia-t4g",
  trainium: "aws-trainium",
  trainium2: "aws-trainium2",
  v100: "nvidia-v100",
};

/** Resources by which Karpenter counts accelerators. A type with a label and none of these, such as a fraction of a GPU, offers none. */
const AWS_RESOURCES = ["nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "habana.ai/gaudi"];

function awsRows(page: string): InstanceRows {
  const types = page.split(/^### `/m).slice(1);
  return new Map(
    types.map((text) => {
      const cells = new Map([...text.matchAll(/^ \|([\w./-]+)\|([^|\n]+)\|$/gm)].map(([, key = "", value = ""]) => [key, value]));
      const label = (name: string) => cells.get(`karpenter.k8s.aws/instance-${name}`);
      const count = AWS_RESOURCES.map((resource) => Number(cells.get(resource) ?? 0)).find((amount) => amount > 0);
      const model = count === undefined ? undefined : awsModel(label("gpu-name") ?? label("accelerator-name") ?? "", label("gpu-memory"));
      const efa = Number(cells.get("vpc.amazonaws.com/efa") ?? 0);
      return [
        text.slice(0, text.indexOf("`")),
        {
          cpu: Number(label("cpu")),
          memoryMib: Number(label("memory")),
          ...arm(cells.get("kubernetes.io/arch") === "arm64"),
          ...(count !== undefined && model !== undefined && { accelerators: [model, count] as const }),
          pods: Number(cells.get("pods")),
          ...(efa > 0 && { rdma: efa }),
        },
      ];
    }),
  );
}

function awsModel(name: string, memory: string | undefined): string {
  const model = AWS_MODELS[`${name} ${memory}`] ?? AWS_MODELS[name];
  if (model === undefined) throw new Error(`no name for the accelerator ${name} (${memory} MiB) of EC2`);
  return model;
}

function arm(isArm: boolean): Pick<InstanceFacts, "arch"> {
  return isArm ? { arch: "arm64" } : {};
}

/** Models by the text in a VM size; the first that matches. Sizes of NV..._A10_v5 have a fraction of the memory. Source: Azure, "Sizes for virtual machines". */
const AZURE_MODELS: readonly (readonly [RegExp, string])[] = [
  [/_T4_v3$/, "nvidia-t4"],
  [/_NC\d+r?s_v3$/, "nvidia-v100-16gb"],
  [/_ND40rs_v2$/, "nvidia-v100"],
  [/_NV\d+s_v3$/, "nvidia-m60"],
  [/_NV6ads_A10_v5$/, "nvidia-a10-4gb"],
  [/_NV12ads_A10_v5$/, "nvidia-a10-8gb"],
  [/_NV18ads_A10_v5$/, "nvidia-a10-12gb"],
  [/_A10_v[45]$/, "nvidia-a10"],
  [/_ND96asr_v4$/, "nvidia-a100-40gb"],
  [/_A100_v4$/, "nvidia-a100-80gb"],
  [/_NC\d+\w*_H100_v5$/, "nvidia-h100-nvl-94gb"],
  [/_H100_v5$/, "nvidia-h100-80gb"],
  [/_H200_v5$/, "nvidia-h200-141gb"],
  [/_MI300X_v5$/, "amd-mi300x"],
];

/** Sizes that AKS does not allow in node pools, or Karpenter handles badly. Source: karpenter-provider-azure v1.14.2, pkg/providers/instancetype/skus.go. */
const AZURE_RESTRICTED = new Set(
  ["A0", "A1", "A1_v2", "B1s", "B1ms", "F1", "F1s", "E64i_v3", "E64is_v3"].map((name) => `Standard_${name}`),
);

/** Sizes that Karpenter knows. One whose GPUs it or the table does not count is left out: a node of it would be bought for its CPUs. */
function azureRows(types: string, known: string, gpus: string): InstanceRows {
  const names = new Set((parse(known) as { readonly name: string }[]).map(({ name }) => name));
  const supported = new Set(Object.keys(parse(gpus) as object));
  const row =
    /"(Standard_\w+)": \{\s+InstanceType:[^\n]+\s+SkuFamily:[^\n]+\s+VCPU: +(\d+),\s+MemoryMb: +(\d+),\s+GPU: +(\d+),\s+Architecture: "(\w+)"/g;
  return new Map(
    [...types.matchAll(row)].flatMap(([, name = "", cpu, memoryMib, gpu, architecture]): [string, InstanceFacts][] => {
      const count = Number(gpu);
      if (!names.has(name) || AZURE_RESTRICTED.has(name) || supported.has(name.toLowerCase()) !== count > 0) return [];
      const facts = { cpu: Number(cpu), memoryMib: Number(memoryMib), ...arm(architecture === "arm64") };
      return [[name, count > 0 ? { ...facts, accelerators: [azureModel(name), count] } : facts]];
    }),
  );
}

function azureModel(name: string): string {
  const [, model] = AZURE_MODELS.find(([pattern]) => pattern.test(name)) ?? [];
  if (model === undefined) throw new Error(`no name for the accelerator of ${name}`);
  return model;
}

/** Names of the catalogue's keys for GPUs. */
const GCP_MODELS: Readonly<Record<string, string>> = {
  a100: "nvidia-a100-40gb",
  "a100-80gb": "nvidia-a100-80gb",
  "h100-80gb": "nvidia-h100-80gb",
  "h100-80gb-mega": "nvidia-h100-mega-80gb",
  l4: "nvidia-l4",
  rtx6000: "nvidia-rtx-pro-6000",
};

/** Machine series on Arm CPUs. Source: Google, "CPU platforms". */
const GCP_ARM = /^(t2a|c4a|n4a|a4x)-/;

/** Machine types that the catalogue lacks. Source: Google, "GPU machine types". */
const GCP_MORE: readonly (readonly [string, InstanceFacts])[] = [
  ["a3-ultragpu-8g", { cpu: 224, memoryMib: 2952 * 1024, accelerators: ["nvidia-h200-141gb", 8] }],
  ["a4-highgpu-8g", { cpu: 224, memoryMib: 3968 * 1024, accelerators: ["nvidia-b200", 8] }],
  ["a4x-highgpu-4g", { cpu: 140, memoryMib: 884 * 1024, arch: "arm64", accelerators: ["nvidia-gb200", 4] }],
];

/** Predefined types with whole cores and whole GPUs. The catalogue bills a shared-core type by a part of its cores, so its number is not that of the machine. */
function gcpRows(catalogue: string, disks: ReadonlyMap<string, readonly string[]>): InstanceRows {
  const root: unknown = parse(catalogue);
  const compute = isJsonObject(root) ? root["compute"] : undefined;
  const instances = isJsonObject(compute) && isJsonObject(compute["instance"]) ? compute["instance"] : {};
  const read = Object.entries(instances).flatMap(([name, value]): [string, InstanceFacts][] => {
    if (!isJsonObject(value) || "type" in value || /^(f1|g1|e2)-(micro|small|medium)$/.test(name)) return [];
    const [model, count = 0] = Object.entries(GCP_MODELS).flatMap(([key, model]) => (key in value ? [model, Number(value[key])] : []));
    if (!Number.isInteger(count)) return [];
    const facts = { cpu: Number(value["cpu"]), memoryMib: Number(value["ram"]) * 1024, ...arm(GCP_ARM.test(name)) };
    return [[name, model === undefined ? facts : { ...facts, accelerators: [`${model}`, Number(count)] }]];
  });
  return new Map(
    [...read, ...GCP_MORE].map(([name, facts]) => {
      const types = disks.get(name.slice(0, name.indexOf("-"))) ?? [];
      return [name, types.length > 0 ? { ...facts, disks: types } : facts];
    }),
  );
}

/** Disk types by machine series, as the CSI driver of persistent disks labels nodes. */
function gcpDisks(text: string): ReadonlyMap<string, readonly string[]> {
  const map: unknown = parse(text);
  const data = isJsonObject(map) && isJsonObject(map["data"]) ? map["data"]["machine-pd-compatibility.json"] : undefined;
  const series = JSON.parse(`${data}`) as Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  return new Map(
    Object.entries(series).map(([name, types]) => [
      name,
      Object.keys(types)
        .filter((type) => types[type])
        .sort(compareText),
    ]),
  );
}
