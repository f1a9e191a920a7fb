/** A cluster as its operator reads it. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { SeaweedSpec } from "#lib/imports/seaweedfs/index";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { placement } from "#lib/kube/node-pool";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { type Part, partLabels } from "./labels";
import type { SeaweedfsSettings } from "./schema";

/** Port of the metrics of every pod. */
export const METRICS_PORT = 9327;
/** Ports of the S3 API: plain, for probes of the operator, and with TLS. */
export const S3_PORT = 8333;
/** Port of the S3 API with TLS, by our choice. */
export const S3_TLS_PORT = 8334;

/** Where the certificate of the S3 API is mounted. */
const TLS_PATH = "/etc/beamstack/s3-tls";
/** Images run as root unless told otherwise, and write to mounted volumes only. */
const USER_ID = 1000;

/** Inputs besides props. */
export interface SpecContext {
  readonly name: string;
  readonly image: string;
  readonly serviceAccountName: string;
  readonly priorityClassName: string | undefined;
}

/** The spec of the object. */
export function seaweedSpec(settings: SeaweedfsSettings, context: SpecContext): SeaweedSpec & JsonObject {
  const { master, volume, filer, s3, copies, storageClass } = settings;
  return {
    image: context.image,
    imagePullPolicy: "IfNotPresent",
    // Claims stay when pods are scaled in, and when the object is deleted.
    enablePVReclaim: false,
    master: {
      ...podSettings("master", settings, context),
      ...resources(master),
      replicas: master.replicas,
      // All servers are of one rack, so copies are counted by the third digit. Source: SeaweedFS wiki, "Replication".
      defaultReplication: `00${copies - 1}`,
      volumeSizeLimitMB: volumeSizeLimit(volume.storage),
      metricsPort: METRICS_PORT,
    },
    volume: {
      ...podSettings("volume", settings, context),
      ...volumeResources(volume),
      replicas: volume.replicas,
      metricsPort: METRICS_PORT,
      ...(storageClass !== undefined && { storageClassName: storageClass }),
    },
    filer: {
      ...podSettings("filer", settings, context),
      ...resources(filer),
      replicas: filer.replicas,
      metricsPort: METRICS_PORT,
      persistence: {
        enabled: true,
        mountPath: "/data",
        subPath: "",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: `${filer.storage}` } },
        ...(storageClass !== undefined && { storageClassName: storageClass }),
      },
    },
    s3: {
      ...podSettings("s3", settings, context),
      ...resources(s3),
      replicas: s3.replicas,
      metricsPort: METRICS_PORT,
      port: S3_PORT,
      iam: true,
      ...(settings.tls && { extraArgs: [`-port.https=${S3_TLS_PORT}`, `-cert.file=${TLS_PATH}/tls.crt`, `-key.file=${TLS_PATH}/tls.key`] }),
    },
    // Pods that reach volume servers or filers around the gateway cannot write without a token of the masters.
    securityConfig: { jwtSigning: { volumeWrite: true, filerWrite: true } },
  };
}

/** Settings that all pods share. */
function podSettings(part: Part, settings: SeaweedfsSettings, { name, serviceAccountName, priorityClassName }: SpecContext) {
  const { nodeSelector, tolerations = [] } = placement(settings.pool);
  const withTls = part === "s3" ? settings.tls : undefined;
  return {
    serviceAccountName,
    ...(priorityClassName && { priorityClassName }),
    podSecurityContext: restrictedPodSecurity(USER_ID),
    containerSecurityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }),
    affinity: apart(partLabels(name, part)),
    volumes: [{ name: "tmp", emptyDir: {} }, ...(withTls ? [{ name: "s3-tls", secret: { secretName: withTls.secretName } }] : [])],
    volumeMounts: [
      // Masters keep their state there, and every program a socket.
      { name: "tmp", mountPath: "/tmp" },
      ...(withTls ? [{ name: "s3-tls", mountPath: TLS_PATH, readOnly: true }] : []),
    ],
  };
}

/** The object has no topology spread constraints, so that pods of one part prefer different nodes by affinity. */
function apart(labels: Record<string, string>) {
  const [{ topologyKey = "", labelSelector = {} } = {}] = spread(labels);
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey, labelSelector } }],
    },
  };
}

function volumeResources(volume: SeaweedfsSettings["volume"]) {
  const { requests, limits } = resources(volume);
  return { requests: { ...requests, storage: `${volume.storage}` }, limits };
}

/** A bucket grows by seven volumes at its first write, so that volumes must be small where disks are. Source: master.toml, volume_growth.copy_1. */
function volumeSizeLimit(storage: Size): number {
  const HUNDREDTH = Math.floor(storage.inMebibytes / 100);
  return Math.min(Size.gibibytes(30).inMebibytes, Math.max(64, HUNDREDTH));
}
