/** Props of workspaces. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";
import { FRAMEWORK_NAMES } from "./frameworks";

const editorSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** JupyterLab: notebooks and terminals. */
    type: z.literal("jupyterlab"),
    /** Framework of the image, from the catalogue. @default "scipy" */
    framework: z.enum(FRAMEWORK_NAMES).default("scipy"),
    /** Your own image with `jupyter` and `curl` on `PATH`, and a user 1000 with the home `/home/jovyan`. @default that of the framework */
    image: imageSchema.optional(),
    /** Time without activity after which a kernel or a terminal is stopped, which frees its GPU memory. A kernel that computes is active. @default 1h */
    cullAfter: durationSchema.default(Duration.hours(1)),
  }),
  z.strictObject({
    /** code-server: Visual Studio Code in the browser. */
    type: z.literal("code-server"),
    /** Your own image with `code-server` and `curl` on `PATH`, and a user 1000 with the home `/home/coder`. @default the official one */
    image: imageSchema.optional(),
  }),
]);

const homeSchema = z.strictObject({
  /** Size of the home folder's volume, which is kept when the workspace stops or is removed. @default 20Gi */
  size: sizeSchema.default(Size.gibibytes(20)),
  /** Storage class. @default that of the cluster */
  storageClass: labelNameSchema.optional(),
});

/** Identity providers may put their address before a name: that of a subject has no password. */
const subjectSchema = z.string().regex(/^(?!.*:\/\/[^/\s]*@)\S{1,253}$/, { error: "a name of 1 to 253 characters, without blanks" });

const membersSchema = z.strictObject({
  /** Users, as the API server knows them. @default none */
  users: z.array(subjectSchema).default([]),
  /** Groups, as the API server knows them. @default none */
  groups: z.array(subjectSchema).default([]),
});

/** Props of a workspace. */
export const workspaceSchema = z.strictObject({
  /** Namespace: one for each person or team. Its quota is in `namespaces.<namespace>.quota`. @default the name of the workspace */
  namespace: labelNameSchema.optional(),
  /** What people work with. */
  editor: editorSchema,
  /** Token that the editor asks for: any long random text. */
  token: z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]),
  /** Time without activity after which the workspace stops: it is scaled to zero, and its CPU, memory and GPUs are free. The home stays. @default 4h */
  stopAfter: durationSchema.default(Duration.hours(4)),
  /** Who may see the workspace in the cluster, with its logs and events, and start and stop it. @default nobody but administrators */
  members: membersSchema.prefault({}),
  /** CPU cores. @default 2 */
  cpu: z.number().min(0.1).max(256).default(2),
  /** Memory. @default 8Gi */
  memory: sizeSchema.default(Size.gibibytes(8)),
  /** Local disk at `/tmp`. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** The home folder. @default 20Gi */
  home: homeSchema.prefault({}),
  /** Accelerators; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
  /** Node pool. @default any node without a taint */
  pool: ref("nodePool").optional(),
  /** Queue that admits the workspace while quota is free. It must admit StatefulSets. @default starts at once */
  queue: ref("queue").optional(),
  /** Environment variables; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
  /** Buckets, with their variables and network flows. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Pre-trained models, read-only below `/models`. @default none */
  models: z.array(ref("pretrainedModel")).default([]),
  /** Registry to log runs and models to. @default none */
  modelRegistry: ref("modelRegistry").optional(),
  /** Ports outside of the cluster, such as 443 for packages and Git. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
});

/** Section `workspaces`: workspaces by name. */
export const workspacesSectionSchema = z.record(labelNameSchema, workspaceSchema);

/** Props of a workspace. */
export type WorkspaceProps = PropsOf<typeof workspaceSchema>;

/** Settings of a workspace: its props with every default filled in. */
export type WorkspaceSettings = SettingsOf<typeof workspaceSchema>;
