/** Role of a collection of transforms: Python classes of pipelines with everything that they need, locked by hashes. */

import type { IConstruct, IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { variablesOfProps } from "./variable-problems";

/** One transform of a collection. */
interface CollectionTransform {
  /** Full name of its class or function. */
  readonly class: string;
  /** What the class says of itself. @default nothing */
  readonly description?: string | undefined;
  /** JSON schema of its config. */
  readonly schema: JsonObject;
  /** Digest of the source of its module. */
  readonly source: string;
}

/** A locked collection: what `python -m beamstack_transforms.collection lock` writes. */
export interface CollectionLock {
  /** `name==version` of the collection itself. */
  readonly package: string;
  /** Versions of Python and Beam that it was locked with. */
  readonly python: string;
  readonly beam: string;
  /** Every package that is installed beside what the image of Beam has. */
  readonly packages: readonly { readonly package: string; readonly hash: string }[];
  /** Transforms by name. */
  readonly transforms: Readonly<Record<string, CollectionTransform>>;
}

/** Where pods of a namespace have it. */
type CollectionPlace =
  /** In their image. */
  | { readonly type: "image" }
  /** In a claim of the namespace. */
  | { readonly type: "volume"; readonly claim: string; readonly folder: string; readonly dependency: IDependable };

/** A collection of transforms, on submitters and workers of pipelines. */
export interface ITransformCollection extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly lock: CollectionLock;
  /** Is it in a volume, or in the image of submitters and workers? */
  readonly inVolume: boolean;
  /** Opens the collection to pods of a namespace; the same namespace twice is the same place. */
  enter(namespace: string): CollectionPlace;
}

/** Variable by which Python finds packages. Beam's `boot` hands it on to the workers. Source: Beam 2.77, sdks/python/container/boot.go. */
const PATH_VARIABLE = "PYTHONPATH";

/** Folder of a container in which collections are. */
const COLLECTIONS_FOLDER = "/opt/beamstack/collections";

/** How collections get into pods. */
export interface CollectionMounts {
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
  /** {@link PATH_VARIABLE}. */
  readonly environment: Readonly<Record<string, string>>;
  /** Pods depend on them: the Jobs that install the collections. */
  readonly dependencies: readonly IDependable[];
}

/** Volumes, mounts and variables of the collections that are in volumes. */
export function collectionMounts(collections: readonly ITransformCollection[], namespace: string): CollectionMounts {
  const found = collections.flatMap((collection) => {
    const place = collection.enter(namespace);
    return place.type === "image"
      ? []
      : [{ name: `collection-${collection.name}`, path: `${COLLECTIONS_FOLDER}/${collection.name}`, place }];
  });
  return {
    volumes: found.map(({ name, place }) => ({ name, persistentVolumeClaim: { claimName: place.claim, readOnly: true } })),
    mounts: found.map(({ name, path, place }) => ({ name, mountPath: path, subPath: place.folder, readOnly: true })),
    environment: found.length > 0 ? { [PATH_VARIABLE]: found.map(({ path }) => path).join(":") } : {},
    dependencies: found.map(({ place }) => place.dependency),
  };
}

/** The problem that a user sets the variable, too; `place` has the path of all variables. */
export function collectionVariableProblems(
  variables: Readonly<Record<string, unknown>>,
  collections: readonly ITransformCollection[],
  place: ProblemPlace,
): Problem[] {
  const given = Object.keys(variables).map((name) => ({ name, path: place.path }));
  const collected = collections.some(({ inVolume }) => inVolume) ? { [PATH_VARIABLE]: "" } : undefined;
  return variablesOfProps(given, { collections: collected }, () => place);
}

/** Problems of collections in one process of Python, which imports one version of a package. */
export function versionProblems(collections: readonly ITransformCollection[], place: ProblemPlace): Problem[] {
  const seen = new Map<string, { readonly version: string; readonly by: string }>();
  return collections.flatMap(({ name: by, lock }) =>
    lock.packages.flatMap(({ package: pinned }) => {
      const [name = "", version = ""] = pinned.split("==");
      const other = seen.get(name);
      seen.set(name, other ?? { version, by });
      if (other === undefined || other.version === version) return [];
      return [
        {
          ...place,
          got: `${name} ${other.version} of the collection ${other.by}, and ${version} of ${by}`,
          allowed: "one version of each package",
          fix: "lock both with the same version, or use them in pipelines of their own",
        },
      ];
    }),
  );
}
