/** Stops a local control plane; its data stays unless removal is requested. */

import { rmSync } from "node:fs";
import { connect } from "#stacks/cluster/client";
import { stateFolder } from "../files";
import { withLock } from "../lock";
import { type Progress, silent, step, waitingFor } from "../progress";
import { adminAccess } from "./access";
import { isReady } from "./health";
import { CONTROL_PLANE_PARTS, type Instance, instanceNamed, readState } from "./instance";
import { end, runningPart } from "./processes";
import { removeVolumeFolders } from "./volumes";

/** Ends the instance's programs, dependents first. @returns whether any ran */
export async function stopControlPlane(name: string, home: string = stateFolder(), progress: Progress = silent): Promise<boolean> {
  const instance = instanceNamed(name, home);
  return locked(instance, progress, () => endAll(instance, progress));
}

/** Stops the instance and deletes its data: the cluster is gone. */
export async function removeControlPlane(name: string, home: string = stateFolder(), progress: Progress = silent): Promise<void> {
  const instance = instanceNamed(name, home);
  await locked(instance, progress, async () => {
    await cleanVolumes(instance);
    await endAll(instance, progress);
    rmSync(instance.folder, { recursive: true, force: true });
  });
}

/** A stopped cluster cannot list its volumes; their folders are empty and the system cleans its folder for temporary files. */
async function cleanVolumes(instance: Instance): Promise<void> {
  const ports = readState(instance)?.ports;
  if (!ports || !(await isReady(instance, "kube-apiserver", ports))) return;
  const client = connect(adminAccess(instance, ports));
  try {
    await removeVolumeFolders(client);
  } finally {
    client.close();
  }
}

async function endAll(instance: Instance, progress: Progress): Promise<boolean> {
  const running = [...CONTROL_PLANE_PARTS].reverse().filter((part) => runningPart(instance, part));
  for (const part of running) await step(progress, { part, step: "stop" }, () => end(instance, part));
  return running.length > 0;
}

function locked<T>(instance: Instance, progress: Progress, work: () => Promise<T>): Promise<T> {
  return withLock(instance.lock, work, waitingFor(progress, instance.name));
}
