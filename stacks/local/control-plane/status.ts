/** State of a local control plane; read-only. */

import { existsSync } from "node:fs";
import { stateFolder } from "../files";
import { KUBERNETES_VERSION } from "../toolchain/parts";
import { serverUrl } from "./access";
import { isReady } from "./health";
import { CONTROL_PLANE_PARTS, type ControlPlanePart, instanceNamed, instanceNames, readState } from "./instance";
import { logFile, runningPart } from "./processes";

/** One program of an instance. */
interface PartStatus {
  readonly part: ControlPlanePart;
  readonly state: "ready" | "unwell" | "ended";
  /**
   * Its process.
   *
   * @default it does not run
   */
  readonly pid?: number;
  readonly log: string;
}

/** One instance. */
export interface ControlPlaneStatus {
  readonly name: string;
  readonly folder: string;
  readonly kubeconfig: string;
  /** `absent`: never started; `partial`: start it again. */
  readonly state: "running" | "partial" | "stopped" | "absent";
  /**
   * Address of the API server.
   *
   * @default it was never started
   */
  readonly server?: string;
  readonly kubernetesVersion: string;
  readonly parts: readonly PartStatus[];
}

/** The state of one instance. */
export async function controlPlaneStatus(name: string, home: string = stateFolder()): Promise<ControlPlaneStatus> {
  const instance = instanceNamed(name, home);
  const { folder, kubeconfig, run } = instance;
  const remembered = readState(instance);
  const parts = await Promise.all(
    CONTROL_PLANE_PARTS.map(async (part): Promise<PartStatus> => {
      const pid = runningPart(instance, part)?.pid;
      const log = logFile(instance, part);
      if (pid === undefined || !remembered) return { part, state: "ended", log };
      return { part, state: (await isReady(instance, part, remembered.ports)) ? "ready" : "unwell", pid, log };
    }),
  );
  return {
    name,
    folder,
    kubeconfig,
    state: existsSync(run) ? overall(parts) : "absent",
    ...(remembered && { server: serverUrl(remembered.ports) }),
    kubernetesVersion: remembered?.kubernetes ?? KUBERNETES_VERSION,
    parts,
  };
}

/** The state of every instance that was started on this machine: a folder may exist for a passphrase alone. */
export async function listControlPlanes(home: string = stateFolder()): Promise<ControlPlaneStatus[]> {
  const all = await Promise.all(instanceNames(home).map((name) => controlPlaneStatus(name, home)));
  return all.filter(({ state }) => state !== "absent");
}

function overall(parts: readonly PartStatus[]): ControlPlaneStatus["state"] {
  if (parts.every(({ state }) => state === "ready")) return "running";
  return parts.every(({ state }) => state === "ended") ? "stopped" : "partial";
}
