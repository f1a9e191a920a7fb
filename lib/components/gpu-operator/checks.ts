/** Rules on pools with GPUs that only their software knows. */

import type { Problem } from "#lib/core/problem";
import type { GpuPool } from "#lib/kube/gpu-platform";
import { NODE_IMAGES, type NodeImageName } from "./node-images";
import type { GpusSettings } from "./schema";
import { softwareOf } from "./software";

/** Problems of the settings; `path` is their path in the file. */
export function gpusProblems({ allocation, extendedResource }: GpusSettings, path: string): Problem[] {
  if (!extendedResource || allocation !== "device-plugin") return [];
  return [
    {
      id: "gpus.extended-resource-of-device-plugin",
      path: `${path}.extendedResource`,
      got: "extendedResource where the device plugin offers nvidia.com/gpu anyway",
      allowed: 'extendedResource with the allocation "dra" or "dra-with-compute-domains"',
      fix: "remove extendedResource, or change allocation",
    },
  ];
}

/** Problems of a pool whose nodes the software serves. */
export function poolProblems(pool: GpuPool, settings: GpusSettings, path: string): Problem[] {
  return [
    ...ownerProblems(pool, settings, `${path}.software`),
    ...sharingProblems(pool, settings),
    ...demandProblems(pool, settings, path),
  ];
}

/**
 * The nodes never offer the resource that pods ask for: Karpenter does not take such a node as initialized, and other provisioners do not see what a new node would give. Source: Karpenter v1.14.1,
 * pkg/controllers/nodeclaim/lifecycle/initialization.go, RequestedResourcesRegistered.
 */
function demandProblems({ name, onDemand = false }: GpuPool, { extendedResource }: GpusSettings, path: string): Problem[] {
  if (!extendedResource || !onDemand) return [];
  return [
    {
      id: "gpus.extended-resource-on-demand",
      path: `${path}.extendedResource`,
      got: `pool ${name}, whose nodes are created when pods need them`,
      allowed:
        "claims for nvidia.com/gpu on static pools and those of Cluster API: nodes on demand count as ready when they offer the resource, which none does",
      fix: `give pool ${name} the type "static", or take the allocation "device-plugin"`,
    },
  ];
}

/** An image of a known family has a driver. */
function ownerProblems({ name, image }: GpuPool, { software }: GpusSettings, path: string): Problem[] {
  if (image === undefined || !isKnown(image) || software.owner === "nobody") return [];
  if (software.owner === "image" && software.image === image) return [];
  const common = { allowed: "one owner of the driver", fix: `set software: { owner: "image", image: "${image}" }` };
  if (software.owner === "image") {
    return [
      { ...common, id: "gpus.other-image", path: `${path}.image`, got: `"${software.image}", while nodes of pool ${name} run ${image}` },
    ];
  }
  return [
    {
      ...common,
      id: "gpus.two-owners",
      path: `${path}.owner`,
      got: `the operator, and the image ${image} of pool ${name}, which has a driver, too`,
    },
  ];
}

function isKnown(image: string): image is NodeImageName {
  return Object.hasOwn(NODE_IMAGES, image);
}

/** Only the operator's own device plugin and MIG manager read what we write. */
function sharingProblems({ name, source, sharing, sharingKey = "node.accelerators.sharing" }: GpuPool, settings: GpusSettings): Problem[] {
  if (sharing === undefined || softwareOf(settings).devicePlugin) return [];
  const why = settings.allocation === "device-plugin" ? "the device plugin is not the operator's" : "GPUs are given by resource claims";
  return [
    {
      id: "gpus.sharing-without-device-plugin",
      path: `${source}.${sharingKey}`,
      got: `${sharing.type} on pool ${name}, where ${why}`,
      allowed: "sharing where the operator installs the device plugin",
      fix: "remove sharing from the pool, or choose a software owner and an allocation with the operator's device plugin",
    },
  ];
}
