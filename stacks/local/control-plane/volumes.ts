/** Volumes: the provisioner that the controller manager has built in, and the empty folders it makes. */

import { accessSync, chmodSync, constants, mkdirSync, rmdirSync } from "node:fs";
import type { JsonObject } from "#lib/core/json";
import { valueAt } from "#lib/core/json";
import type { KubeClient } from "#stacks/cluster/client";
import { codeOf, LocalError } from "../local-error";

/** Where the provisioner makes its folders: fixed in Kubernetes' source (`pkg/volume/hostpath`), shared by all users of a machine. */
const FOLDER = "/tmp/hostpath_pv";

/** The default storage class. Claims are bound at once; simulated pods write nothing into the volumes. */
export const STORAGE_CLASS = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/host-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
} as const satisfies JsonObject;

/** Makes the provisioner's folder, for every user as `/tmp` is; claims would wait forever where it cannot be written to. */
export function ensureVolumeFolder(): void {
  try {
    mkdirSync(FOLDER);
    chmodSync(FOLDER, 0o1777);
  } catch (thrown) {
    if (codeOf(thrown) !== "EEXIST") throw thrown;
  }
  try {
    accessSync(FOLDER, constants.W_OK);
  } catch {
    throw new LocalError(
      `${FOLDER} belongs to another user and is closed, so no volume can be made`,
      `have its owner run: chmod 1777 ${FOLDER}`,
    );
  }
}

/** Removes the folders of all volumes that the cluster still has, as far as they are empty. */
export async function removeVolumeFolders(client: KubeClient): Promise<void> {
  for (const volume of await client.list({ apiVersion: "v1", kind: "PersistentVolume" })) {
    const path = valueAt(volume, ["spec", "hostPath", "path"]);
    if (typeof path === "string" && path.startsWith(`${FOLDER}/`)) removeEmpty(path);
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (thrown) {
    if (!["ENOENT", "ENOTEMPTY"].includes(codeOf(thrown) ?? "")) throw thrown;
  }
}
