/** A container of a {@link HardenedWorkload}: written by cdk8s-plus, with patches for fields that it does not support. */

import { Size as CdkSize, JsonPatch } from "cdk8s";
import { type ContainerProps, EnvValue, k8s, type Probe, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity } from "./hardening";
import { imageFor } from "./images";
import { type Amounts, type Requests, resources } from "./resources";

/** A container with a read-only root file system, a non-root user and no capabilities. */
export interface HardenedContainer {
  /** @default "main" */
  readonly name?: string;
  /** Pinned image; the registry mirror of the environment is applied to it. */
  readonly image: string;
  /** @default the image's entry point */
  readonly command?: readonly string[];
  /** @default the image's arguments */
  readonly args?: readonly string[];
  /** @default the image's folder */
  readonly workingDir?: string;
  /** Values, and keys of Secrets. @default none */
  readonly env?: Readonly<Record<string, string | SecretRef>>;
  /** Ports by name. @default none */
  readonly ports?: Readonly<Record<string, number>>;
  readonly requests: Requests;
  /** @default the requests */
  readonly limits?: Amounts;
  /** Readiness probe. @default none */
  readonly readiness?: Probe;
  /** Liveness probe. @default none */
  readonly liveness?: Probe;
  /** Startup probe, which delays the other two. @default none */
  readonly startup?: Probe;
  /** Writable `emptyDir` volumes: size limit by path. Without `ephemeralStorage` among the requests, the container asks for them and for 1Gi of logs. @default none */
  readonly scratch?: Readonly<Record<string, Size>>;
  /** Volumes of cdk8s-plus: ConfigMaps, Secrets, claims. @default none */
  readonly mounts?: readonly VolumeMount[];
  /** Images that write below their root need `false`; give the reason where it is set. @default true */
  readonly readOnlyRoot?: boolean;
}

/** A container that runs to its end before the others start. */
export type HardenedInitContainer = Omit<HardenedContainer, "ports" | "readiness" | "liveness" | "startup">;

/** What cdk8s-plus makes the container from; `workload` is the scope of its volumes. */
export function containerProps(workload: Construct, container: HardenedContainer): ContainerProps {
  const { name = "main", image, command, args, workingDir, env = {}, ports = {}, readiness, liveness, startup } = container;
  return {
    name,
    image: imageFor(workload, image),
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    ...(workingDir !== undefined && { workingDir }),
    envVariables: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, envValue(workload, `${name}-${key}`, value)])),
    ports: Object.entries(ports).map(([port, number]) => ({ name: port, number })),
    ...(readiness && { readiness }),
    ...(liveness && { liveness }),
    ...(startup && { startup }),
    volumeMounts: [...scratchMounts(workload, name, container.scratch ?? {}), ...(container.mounts ?? [])],
  };
}

function envValue(workload: Construct, id: string, value: string | SecretRef): EnvValue {
  if (typeof value === "string") return EnvValue.fromValue(value);
  return EnvValue.fromSecretValue({ secret: Secret.fromSecretName(workload, `Secret-${id}`, value.name), key: value.key });
}

function scratchMounts(workload: Construct, container: string, scratch: Readonly<Record<string, Size>>): VolumeMount[] {
  return Object.entries(scratch).map(([path, size]) => {
    const name = `${container}${path.replaceAll(/[^a-z0-9]+/gi, "-")}`.toLowerCase();
    const volume = Volume.fromEmptyDir(workload, `Scratch-${name}`, name, { sizeLimit: CdkSize.mebibytes(size.inMebibytes) });
    return { path, volume };
  });
}

/** Logs beside the `emptyDir` volumes; the kubelet keeps five files of 10Mi. */
const LOGS = Size.gibibytes(1);

/**
 * Ephemeral storage of a container: what it requests, or what its `emptyDir` volumes may hold and room for logs; absent without volumes. Without it a pod
 * would be evicted at the default limit of its namespace.
 */
export function ephemeralStorageOf({ requests, scratch = {} }: Pick<HardenedContainer, "requests" | "scratch">): Size | undefined {
  const volumes = Object.values(scratch).reduce((total, { bytes }) => total + bytes, 0);
  if (requests.ephemeralStorage || volumes === 0) return requests.ephemeralStorage;
  return Size.ofBytes(volumes + LOGS.bytes);
}

/** What cdk8s-plus has no words for, or others than we; `at` is where the container stands. */
export function containerPatches(at: string, container: HardenedContainer): JsonPatch[] {
  const { env = {}, limits = container.requests, readOnlyRoot = true } = container;
  const ephemeralStorage = ephemeralStorageOf(container);
  const amounts = resources(
    { ...container.requests, ...(ephemeralStorage && { ephemeralStorage }) },
    { ...(ephemeralStorage && { ephemeralStorage }), ...limits },
  );
  return [
    JsonPatch.replace(`${at}/securityContext`, restrictedContainerSecurity(readOnlyRoot)),
    JsonPatch.replace(`${at}/resources`, { requests: quantities(amounts.requests), limits: quantities(amounts.limits) }),
    // Kubernetes' default is right for a tag that is pinned; cdk8s-plus's pulls each time.
    JsonPatch.remove(`${at}/imagePullPolicy`),
    // A variable without a value is empty: the API server keeps no empty one.
    ...Object.values(env).flatMap((value, position) => (value === "" ? [JsonPatch.remove(`${at}/env/${position}/value`)] : [])),
  ];
}

/** Patches come before cdk8s-plus turns its quantities into texts. */
function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(amounts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
}
