/** What services refer to. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { NodePool } from "#lib/components/node-pools/index";
import { PretrainedModel, type PretrainedModelProps } from "#lib/components/pretrained-models/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { BucketAccess, BucketLocation } from "#lib/kube/bucket";
import type { IModelRegistry } from "#lib/kube/model-registry";
import type { IModelStorage } from "#lib/kube/model-storage";
import { pods } from "#lib/kube/network";
import { bucketWith } from "../../../fixtures/bucket";
import { bert } from "../pretrained-models/models";

/** A tree for what the tree under test refers to. */
export const elsewhere = new Chart(new App(), "elsewhere");

/** Nodes of four GPUs with 24 GiB each. */
export const gpus = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 4,
  node: { cpu: 64, memory: Size.gibibytes(256), accelerators: { type: "nvidia-l4", count: 4 } },
});

/** Nodes of eight GPUs with 80 GiB each. */
export const large = new NodePool(elsewhere, "Large", {
  name: "large",
  type: "static",
  nodes: 1,
  node: { cpu: 96, memory: Size.gibibytes(1024), accelerators: { type: "nvidia-h100-80gb", count: 8 } },
});

/** Nodes of GPUs that compute in float16 and not in bfloat16. */
export const turing = new NodePool(elsewhere, "Turing", {
  name: "turing",
  type: "static",
  nodes: 1,
  node: { cpu: 48, memory: Size.gibibytes(192), accelerators: { type: "nvidia-t4", count: 4 } },
});

/** Nodes of GPUs that CUDA 13 does not know. */
export const volta = new NodePool(elsewhere, "Volta", {
  name: "volta",
  type: "static",
  nodes: 1,
  node: { cpu: 48, memory: Size.gibibytes(192), accelerators: { type: "nvidia-v100", count: 4 } },
});

/** Nodes of eight GPUs without CUDA. */
export const amd = new NodePool(elsewhere, "Amd", {
  name: "amd",
  type: "static",
  nodes: 1,
  node: { cpu: 96, memory: Size.gibibytes(1024), accelerators: { type: "amd-mi300x", count: 8 } },
});

/** A model storage in a bucket. */
export function storageWith(
  name: string,
  options: { readonly location?: Partial<BucketLocation>; readonly access?: Partial<BucketAccess> } = {},
): IModelStorage {
  const bucket = bucketWith(name, options);
  return Object.assign(bucketWith(name, options), { bucket });
}

/** A pre-trained model. */
export function pretrainedWith(name: string, own: Partial<PretrainedModelProps> = {}): PretrainedModel {
  return new PretrainedModel(elsewhere, `pretrained-${name}`, { ...bert, ...own, name });
}

/** A model registry. */
export function registryWith(name: string, own: Partial<Pick<IModelRegistry, "api" | "authentication">> = {}): IModelRegistry {
  return Object.assign(new Construct(elsewhere, `registry-${name}`), {
    name,
    api: "mlflow",
    url: `http://${name}.registry.svc:5000`,
    authentication: "none",
    pods: pods("registry", { app: name }),
    ports: [{ port: 5000 }],
    ...own,
  } as const);
}

/** Name and password of a user of a registry. */
export const user = { username: secretRef("mlflow", "user"), password: secretRef("mlflow", "password") } as const;
