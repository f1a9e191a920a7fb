/** The prop `mounts`: Secrets and ConfigMaps that exist, as files in a container. */

import { z } from "zod";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath, subdomainNameSchema } from "#lib/core/schema";
import type { SettingsOf } from "./props";

/** An absolute path without `..`, below the root. */
const pathSchema = z
  .string()
  .regex(/^(?!.*\/\.{1,2}(?:\/|$))(?:\/[\w.-]+)+$/, { error: "an absolute path below the root, such as /etc/ca" });

const keySchema = z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "1 to 253 letters, digits, -, _ and ." });

/** Folders by path. */
export const fileMountsSchema = z.record(
  pathSchema,
  z.strictObject({
    /** Kind of the object with the files. */
    type: z.enum(["secret", "config-map"]),
    /** Name of the object, which exists in the namespace of the pods. */
    name: subdomainNameSchema,
    /** Keys to mount, each as a file of its name. @default every key */
    keys: z.array(keySchema).min(1).optional(),
  }),
);

/** Folders by path. */
export type FileMounts = SettingsOf<typeof fileMountsSchema>;

/** The volumes of the pod, and where its container has them. */
export function fileVolumes(mounts: FileMounts): { readonly volumes: JsonObject[]; readonly volumeMounts: JsonObject[] } {
  const named = Object.entries(mounts).map(([mountPath, mount]) => ({ name: `mount-${digest(mountPath).slice(0, 8)}`, mountPath, mount }));
  return {
    volumes: named.map(({ name, mount }) => ({ name, ...source(mount) })),
    volumeMounts: named.map(({ name, mountPath }) => ({ name, mountPath, readOnly: true })),
  };
}

/** Readable by the group of the pod, which restricted pods set. */
const MODE = 0o440;

function source({ type, name, keys }: FileMounts[string]): JsonObject {
  const items = keys && { items: keys.map((key) => ({ key, path: key })) };
  return type === "secret"
    ? { secret: { secretName: name, defaultMode: MODE, ...items } }
    : { configMap: { name, defaultMode: MODE, ...items } };
}

/** Mounts that would hide a folder that the container has already, or that one of them is in, reported with the id of `place`. */
export function mountProblems(mounts: FileMounts, taken: readonly string[], place: ProblemPlace): Problem[] {
  const paths = Object.keys(mounts);
  return paths.flatMap((path) => {
    const other = [...taken, ...paths.filter((each) => each !== path)].find((each) => each === path || each.startsWith(`${path}/`));
    if (other === undefined) return [];
    return [
      {
        ...place,
        path: joinPath(place.path, [path]),
        got: `a folder that would hide ${other}`,
        allowed: "folders that neither are nor contain another one",
        fix: "mount it at another path",
      },
    ];
  });
}
