/** Volumes: the controller manager's built-in provisioner and the empty folders that it creates. */

import { accessSync, chmodSync, constants, mkdirSync, rmdirSync } from "node:fs";
import type { JsonObject } from "#lib/core/json";
import { valueAt } from "#lib/core/json";
import type { KubeClient } from "#stacks/cluster/client";
import { codeOf, LocalError } from "../local-error";

/** The provisioner's folder: fixed in Kubernetes' source (`pkg/volume/hostpath`), shared by all users of a machine. */
const FOLDER = "/tmp/hostpath_pv";

/** The default storage class. Claims bind at once; simulated pods write no data. */
export const STORAGE_CLASS = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/host-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
} as const satisfies JsonObject;

/** Creates the provisioner's folder, writable for every user as `/tmp` is; without it claims stay pending. */
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
      `${FOLDER} belongs to another user and is not writable, so no volume can be created`,
      `have its owner run: chmod 1777 ${FOLDER}`,
    );
  }
}

/** Removes the folders of all volumes that the cluster still has, if they are empty. */
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
