/** Props of SeaweedFS and of its operator. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of the operator. */
export const seaweedOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.1 cores and 256Mi, at most 0.5 cores and 512Mi */
  resources: partResourcesSchema.optional(),
  /** Installs the admission webhook; requires cert-manager. @default true with cert-manager, else false */
  webhook: z.boolean().optional(),
});

const coresSchema = z.number().min(0.05).max(256);

/** Masters, which know where volumes are. */
const masterSchema = z.strictObject({
  /** Pods: odd, because a majority elects the leader. @default 1 */
  replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]).default(1),
  /** CPU cores of each. @default 0.1 */
  cpu: coresSchema.default(0.1),
  /** Memory of each. @default 256Mi */
  memory: sizeSchema.default(Size.mebibytes(256)),
});

/** Volume servers, which store the contents of objects. */
const volumeSchema = z.strictObject({
  /** Pods; at least `copies`. @default 1 */
  replicas: z.int().min(1).max(200).default(1),
  /** Size of each pod's volume. */
  storage: sizeSchema,
  /** CPU cores of each. @default 0.25 */
  cpu: coresSchema.default(0.25),
  /** Memory of each. @default 1Gi */
  memory: sizeSchema.default(Size.gibibytes(1)),
});

/** Filers, which store the names of objects, and identities. */
const filerSchema = z.strictObject({
  /** Pods; each keeps a copy of the names. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** Size of each pod's volume. @default 5Gi */
  storage: sizeSchema.default(Size.gibibytes(5)),
  /** CPU cores of each. @default 0.1 */
  cpu: coresSchema.default(0.1),
  /** Memory of each. @default 512Mi */
  memory: sizeSchema.default(Size.mebibytes(512)),
});

/** Gateways, which serve the S3 API. */
const gatewaySchema = z.strictObject({
  /** Pods. @default 1 */
  replicas: z.int().min(1).max(50).default(1),
  /** CPU cores of each. @default 0.1 */
  cpu: coresSchema.default(0.1),
  /** Memory of each. @default 512Mi */
  memory: sizeSchema.default(Size.mebibytes(512)),
});

/** Props of a cluster. */
export const seaweedfsSchema = z.strictObject({
  /** Volume servers, which store the contents of objects. */
  volume: volumeSchema,
  /** Namespace of the cluster. @default "seaweedfs" */
  namespace: labelNameSchema.default("seaweedfs"),
  /** Masters, which know where volumes are. @default one pod of 0.1 cores and 256Mi */
  master: masterSchema.prefault({}),
  /** Filers, which store the names of objects, and identities. @default one pod of 0.1 cores and 512Mi, with a volume of 5Gi */
  filer: filerSchema.prefault({}),
  /** Gateways, which serve the S3 API. @default one pod of 0.1 cores and 512Mi */
  s3: gatewaySchema.prefault({}),
  /** Copies of each object, on different volume servers; a change applies to new objects. @default 1 */
  copies: z.int().min(1).max(10).default(1),
  /** Storage class of all volumes. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Certificate of the S3 API. @default none: plain HTTP, which network policies restrict to clients of buckets */
  tls: z
    .strictObject({
      /** Secret of type kubernetes.io/tls in the namespace of the cluster, for the host `<name>-s3-tls.<namespace>.svc`. */
      secretName: subdomainNameSchema,
      /** CA that signed it, as PEM in a Secret of each client's namespace, such as a bundle of trust-manager. @default a CA that clients trust anyway */
      ca: secretRefSchema.optional(),
    })
    .optional(),
});

/** Section `seaweedfs`: the operator, and clusters that have buckets. */
export const seaweedfsSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: seaweedOperatorSchema.prefault({}),
  /** Clusters by name; buckets refer to them as `store`. */
  clusters: z.record(z.string(), seaweedfsSchema),
});

/** Props of the operator. */
export type SeaweedOperatorProps = PropsOf<typeof seaweedOperatorSchema>;

/** Settings of the operator. */
export type SeaweedOperatorSettings = SettingsOf<typeof seaweedOperatorSchema>;

/** Props of a cluster. */
export type SeaweedfsProps = PropsOf<typeof seaweedfsSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type SeaweedfsSettings = SettingsOf<typeof seaweedfsSchema>;
