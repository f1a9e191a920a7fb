/** Starts a local control plane, repairs a partial one, or finds it up to date. */

import { digest } from "#lib/core/digest";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { withLock } from "../lock";
import { type Progress, silent, step, waitingFor } from "../progress";
import { KUBERNETES_VERSION } from "../toolchain/parts";
import { obtainToolchain } from "../toolchain/toolchain";
import { adminAccess, serverUrl } from "./access";
import { applyContents, applyStageKind, bootstrapObjects, nodesAreReady } from "./bootstrap";
import { commands } from "./commands";
import { ensureCredentials, writeKubeconfigs } from "./credentials";
import { ensureRuns } from "./ensure-runs";
import { isReady } from "./health";
import {
  CONTROL_PLANE_PARTS,
  type ControlPlanePart,
  createFolders,
  type Instance,
  type InstanceState,
  instanceNamed,
  PORT_NAMES,
  type Ports,
  readState,
  writeState,
} from "./instance";
import { DEFAULT_NODES, type SimulatedNode } from "./nodes";
import { choosePorts } from "./ports";
import { commandDigest, runningPart } from "./processes";
import { ensureVolumeFolder } from "./volumes";

/** What to start. */
export interface StartOptions {
  /** Name of the instance: a DNS label. */
  readonly name: string;
  /** @default one node of 16 CPUs and 64Gi */
  readonly nodes?: readonly SimulatedNode[];
  /**
   * Preferred ports.
   *
   * @default those of the last start, else any free ones
   */
  readonly portHints?: Readonly<Partial<Ports>>;
  /**
   * Folder that holds the instances.
   *
   * @default `BEAMSTACK_IAC_HOME`, else the user's state folder
   */
  readonly home?: string;
}

/** A running control plane. */
export interface ControlPlane {
  readonly name: string;
  readonly folder: string;
  /** Path of a kubeconfig with all permissions. */
  readonly kubeconfig: string;
  /** Address of the API server. */
  readonly server: string;
  readonly kubernetesVersion: string;
  readonly pids: Readonly<Record<ControlPlanePart, number>>;
  /** Whether anything was started; false if all of it ran already. */
  readonly started: boolean;
}

/** Makes the control plane run from any state; concurrent calls for one name take turns. */
export async function startControlPlane(options: StartOptions, progress: Progress = silent): Promise<ControlPlane> {
  const instance = instanceNamed(options.name, options.home);
  return withLock(instance.lock, () => converge(instance, options, progress), waitingFor(progress, instance.name));
}

async function converge(instance: Instance, options: StartOptions, progress: Progress): Promise<ControlPlane> {
  const { nodes = DEFAULT_NODES } = options;
  const applied = digest(bootstrapObjects(nodes));
  const before = readState(instance);
  if (before?.applied === applied && (await runsAsWanted(instance, before, nodes))) return describe(instance, before, false);

  const programs = await obtainToolchain(CONTROL_PLANE_PARTS, progress);
  createFolders(instance);
  await ensureCredentials(instance);
  ensureVolumeFolder();
  const ports = await choosePorts({
    wanted: [...(options.portHints ? [options.portHints] : []), before?.ports ?? {}],
    held: heldPorts(instance, before),
  });
  const state: InstanceState = { kubernetes: KUBERNETES_VERSION, ports, programs };
  writeState(instance, state);
  writeKubeconfigs(instance, serverUrl(ports));
  await bringUp(instance, state, { nodes, progress });
  writeState(instance, { ...state, applied });
  return describe(instance, state, true);
}

interface Work {
  readonly nodes: readonly SimulatedNode[];
  readonly progress: Progress;
}

async function bringUp(instance: Instance, state: InstanceState, { nodes, progress }: Work): Promise<void> {
  const calls = commands(instance, state.ports, state.programs);
  const run = (part: ControlPlanePart): Promise<void> =>
    step(progress, { part, step: "start" }, () => ensureRuns(instance, part, { command: calls[part], ports: state.ports }));
  await run("etcd");
  await run("kube-apiserver");
  await withClient(instance, state.ports, async (client) => {
    await applyStageKind(client);
    await Promise.all([run("kube-controller-manager"), run("kube-scheduler"), run("kwok")]);
    await step(progress, { part: "nodes", step: "apply" }, () => applyContents(client, nodes));
  });
}

/** Whether everything runs with the current commands, the API server answers, and the nodes exist. */
async function runsAsWanted(instance: Instance, state: InstanceState, nodes: readonly SimulatedNode[]): Promise<boolean> {
  const calls = commands(instance, state.ports, state.programs);
  const same = CONTROL_PLANE_PARTS.every((part) => runningPart(instance, part)?.command === commandDigest(calls[part]));
  if (state.kubernetes !== KUBERNETES_VERSION || !same || !(await isReady(instance, "kube-apiserver", state.ports))) return false;
  return withClient(instance, state.ports, (client) => nodesAreReady(client, nodes));
}

async function withClient<T>(instance: Instance, ports: Ports, work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(adminAccess(instance, ports));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

function heldPorts(instance: Instance, state: InstanceState | undefined): Readonly<Partial<Ports>> {
  const runs = (part: ControlPlanePart): boolean => runningPart(instance, part) !== undefined;
  const held = PORT_NAMES.filter((name) => runs(name === "etcd-peer" ? "etcd" : name));
  return state ? Object.fromEntries(held.map((name) => [name, state.ports[name]])) : {};
}

function describe(instance: Instance, state: InstanceState, started: boolean): ControlPlane {
  const pids = CONTROL_PLANE_PARTS.map((part) => [part, runningPart(instance, part)?.pid ?? 0] as const);
  return {
    name: instance.name,
    folder: instance.folder,
    kubeconfig: instance.kubeconfig,
    server: serverUrl(state.ports),
    kubernetesVersion: state.kubernetes,
    pids: Object.fromEntries(pids) as Record<ControlPlanePart, number>,
    started,
  };
}
