/** A collection of transforms: in the image of its runners, or installed once into a claim of each namespace of its pipelines. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { LockedCollection } from "#lib/beam/collection-lock";
import { digest } from "#lib/core/digest";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { jobVersion } from "#lib/kube/job-version";
import { allow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { ITransformCollection } from "#lib/kube/transform-collection";
import { collectionProblems } from "./checks";
import { indexFlow, installContainer, PACKAGES_FOLDER } from "./install";
import { COLLECTION_LABEL } from "./labels";
import { transformCollectionsPin } from "./pin";
import { type TransformCollectionProps, type TransformCollectionSettings, transformCollectionSchema, type VolumePlace } from "./schema";

/** Name of a collection in the environment. */
export interface TransformCollectionContext {
  readonly name: string;
}

type Place = ReturnType<ITransformCollection["enter"]>;

/** A collection. */
export class TransformCollection extends Construct implements ITransformCollection {
  public readonly name: string;
  public readonly lock: LockedCollection;
  public readonly inVolume: boolean;
  private readonly settings: TransformCollectionSettings;
  private readonly entered = new Map<string, Place>();

  public constructor(scope: Construct, id: string, props: TransformCollectionProps & TransformCollectionContext) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, transformCollectionsPin.name);
    const settings = settingsOf(this, transformCollectionSchema, own, { checks: (each, path) => collectionProblems(name, each, path) });
    this.name = name;
    this.settings = settings;
    this.lock = settings.lock;
    this.inVolume = settings.place.type === "volume";
  }

  /** Does any pipeline or runner have it? */
  public get used(): boolean {
    return this.entered.size > 0;
  }

  public enter(namespace: string): Place {
    const { place } = this.settings;
    const known = this.entered.get(namespace);
    const entered = known ?? (place.type === "image" ? { type: "image" } : this.install(namespace, place));
    this.entered.set(namespace, entered);
    return entered;
  }

  /** Each content has its own claim: workers that run keep what they have. */
  private install(namespace: string, place: VolumePlace): Place {
    const { name, lock } = this;
    const claim = `${name}-${digest(lock.packages).slice(0, 8)}`;
    const scope = new Construct(this, namespace);
    const volume = new k8s.KubePersistentVolumeClaim(scope, "Claim", {
      metadata: { name: claim, namespace, labels: { [COLLECTION_LABEL]: name } },
      spec: {
        accessModes: [place.accessMode],
        ...(place.storageClass !== undefined && { storageClassName: place.storageClass }),
        resources: { requests: { storage: k8s.Quantity.fromString(`${place.size}`) } },
      },
    });
    const container = installContainer(scope, { lock, place, claim });
    const { netrc, pool, deadline } = place;
    const others = { claim, ...(netrc && { netrc: { ...netrc } }) };
    const job = new HardenedWorkload(scope, "Job", {
      name: `${name}-install-${jobVersion(this, { containers: [container], pool, others })}`,
      namespace,
      kind: { type: "job", deadline, tries: 4 },
      containers: [container],
      labels: { [COLLECTION_LABEL]: name },
      ...(pool && { pool }),
    });
    job.node.addDependency(volume);
    allow(scope, [indexFlow(name, place, job.pods)]);
    return { type: "volume", claim, folder: PACKAGES_FOLDER, dependency: job };
  }
}
