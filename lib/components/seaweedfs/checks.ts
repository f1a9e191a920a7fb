/** Rules on SeaweedFS' props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import type { SeaweedfsSettings } from "./schema";

/** Names of Services start with a letter; StatefulSet `<name>-volume` and a revision hash of 10 characters are a label of 63. */
const NAME = { thing: "cluster", most: 40 };

/** Problems of a cluster; `path` is its path in the file. */
export function seaweedfsProblems(name: string, settings: SeaweedfsSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "seaweedfs.cluster-name", path }),
    ...copyProblems(settings, path),
    ...podProblems(settings, path),
  ];
}

/** The chart's webhook needs a Certificate and an Issuer of cert-manager. */
export function webhookProblems(webhook: boolean | undefined, hasCertManager: boolean, path: string): Problem[] {
  if (webhook !== true || hasCertManager) return [];
  return [
    {
      id: "seaweedfs.webhook-without-cert-manager",
      path: `${path}.webhook`,
      got: "a webhook in an environment without cert-manager",
      allowed: "false, or an environment with certManager",
      fix: "add certManager: {} to the environment, or remove webhook",
    },
  ];
}

/** Production must survive the loss of a disk. */
export function productionProblems({ copies }: SeaweedfsSettings, path: string): Problem[] {
  if (copies > 1) return [];
  return [
    {
      id: "seaweedfs.one-copy-in-production",
      path: `${path}.copies`,
      got: "one copy of each object in production",
      allowed: "at least 2, because objects are lost with the disk of a volume server",
      fix: "set copies: 2 and volume.replicas to at least 2",
    },
  ];
}

/** Copies are on different servers; with too few of them every write fails. Source: SeaweedFS wiki, "Replication". */
function copyProblems({ copies, volume }: SeaweedfsSettings, path: string): Problem[] {
  if (volume.replicas >= copies) return [];
  return [
    {
      id: "seaweedfs.too-few-volume-servers",
      path: `${path}.volume.replicas`,
      got: `${volume.replicas} volume servers for ${copies} copies`,
      allowed: `at least ${copies}, because each copy needs a server of its own`,
      fix: "raise volume.replicas, or lower copies",
    },
  ];
}

function podProblems({ pool, master, volume, filer, s3 }: SeaweedfsSettings, path: string): Problem[] {
  return Object.entries({ master, volume, filer, s3 }).flatMap(([part, { cpu, memory }]) =>
    placementProblems({ cpu, memory }, pool, { id: "seaweedfs.fits-no-machine", path: `${path}.${part}` }),
  );
}
