/** One local control plane on disk: all its files are in one folder that only its owner may enter. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { privateFolder, readIfThere, stateFolder, writePrivate } from "../files";
import { LocalError } from "../local-error";

/** Programs of a control plane, in the order in which they start; they stop in the opposite one. */
export const CONTROL_PLANE_PARTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** A program of a control plane. */
export type ControlPlanePart = (typeof CONTROL_PLANE_PARTS)[number];

/** Every listener, each on its own loopback port. */
export const PORT_NAMES = ["etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** A listener. */
export type PortName = (typeof PORT_NAMES)[number];

/** A port for each listener. */
export type Ports = Readonly<Record<PortName, number>>;

/** Paths of an instance. */
export interface Instance {
  readonly name: string;
  readonly folder: string;
  readonly kubeconfig: string;
  /** Certificates and keys. */
  readonly certs: string;
  /** etcd's data: the cluster itself. */
  readonly data: string;
  readonly logs: string;
  /** One file per running program, written by the program's own process. */
  readonly run: string;
  /** Beside the folder, so that it survives the folder's removal. */
  readonly lock: string;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const portSchema = z.int().min(1).max(65_535);

const stateSchema = z.object({
  kubernetes: z.string(),
  ports: z.record(z.enum(PORT_NAMES), portSchema),
  programs: z.record(z.enum(CONTROL_PLANE_PARTS), z.string()),
  /** Digest of what was applied to the running cluster; absent until that is complete. */
  applied: z.string().optional(),
});

/** What an instance remembers between starts. */
export type InstanceState = z.infer<typeof stateSchema>;

/** The instance of that name; nothing is created. */
export function instanceNamed(name: string, home: string = stateFolder()): Instance {
  if (!NAME.test(name))
    throw new LocalError(`"${name}" is no name for a control plane`, "use lower-case letters, digits and dashes, at most 63");
  const folder = join(home, "instances", name);
  return {
    name,
    folder,
    kubeconfig: join(folder, "kubeconfig"),
    certs: join(folder, "certs"),
    data: join(folder, "data"),
    logs: join(folder, "logs"),
    run: join(folder, "run"),
    lock: join(home, "locks", name),
  };
}

/** Creates the instance's folders where they are missing. */
export function createFolders(instance: Instance): void {
  for (const folder of [instance.folder, instance.data, instance.logs, instance.run]) privateFolder(folder);
}

/** Names of all instances on disk, running or not. */
export function instanceNames(home: string = stateFolder()): string[] {
  const folder = join(home, "instances");
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  return entries.filter((entry) => NAME.test(entry)).sort();
}

/** The saved state; `undefined` if there is none or its format is unknown. */
export function readState(instance: Instance): InstanceState | undefined {
  const text = readIfThere(join(instance.folder, "instance.json"));
  return text === undefined ? undefined : stateSchema.safeParse(parseJson(text)).data;
}

/** Saves the state. */
export function writeState(instance: Instance, state: InstanceState): void {
  writePrivate(join(instance.folder, "instance.json"), `${JSON.stringify(state, undefined, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
