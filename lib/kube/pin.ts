/** Pins of a component: versions, images, kinds, each with the source of the fact. Data only. */

import type { GroupKind, KubeObject } from "./object";
import type { Readiness } from "./readiness";

/** A Helm chart at one version. */
export interface ChartPin {
  readonly name: string;
  /** `https://...` of a chart repository, or `oci://...` (without the chart's name) of a registry. */
  readonly repository: string;
  readonly version: string;
  /** Name of its value names in `lib/imports/charts`, where another chart has the same name. @default its own name */
  readonly facts?: string;
  /** Value that takes a list of Secrets of registries. @default the chart runs no pods */
  readonly imagePullSecretsAt?: readonly string[];
  /** What that value takes: the name of one Secret, or a list of names. @default a list of references, as pods have it */
  readonly pullSecretsAs?: "name" | "names";
  /** Does its namespace hold what nobody can create again, such as private keys? `destroy` then retains it. @default false */
  readonly keepsNamespace?: boolean;
  /** Value with the number of pods without which the API server refuses objects of others; production requires two. @default there is none */
  readonly gateReplicasAt?: FieldPath;
  /** Claims of pods that the chart's operator creates: value with their size, and their names without the number, in which `<release>` is the name of the release. @default none */
  readonly claims?: readonly { readonly sizeAt: readonly string[]; readonly names: string }[];
}

/** Path of a field in an object; `*` matches every item of a list. */
export type FieldPath = readonly string[];

/** When data of an object outlives its pods. */
export type Durability =
  | {
      /** One of these fields is set. */
      readonly type: "field";
      readonly anyOf: readonly FieldPath[];
      /** Where the data is if none is set. */
      readonly otherwise: string;
    }
  | {
      /** No pod template replaces the operator's default volume claim with an emptyDir. */
      readonly type: "claim";
      readonly claim: string;
      /** The pod specs. */
      readonly pods: FieldPath;
    };

/** Who lets claims grow when their template does: the operator, or a person. */
export type ClaimGrowth = "by-operator" | "by-hand";

/** Claims that an operator makes for an object. */
interface OwnedClaims {
  readonly growth: ClaimGrowth;
  /** Size of each template, and names of its claims without their number. */
  readonly of: (object: KubeObject) => readonly { readonly names: string; readonly size: string }[];
}

/** A custom kind of a component's operator. */
export interface OwnedKind {
  readonly kind: GroupKind;
  readonly version: string;
  readonly readiness: Readiness;
  /** Does an object of this kind hold data? Its namespace is then retained on destroy. @default false */
  readonly holdsData?: boolean;
  /** Does its operator delete the data with the object? `destroy` then retains the object, too. @default false */
  readonly deletesData?: boolean;
  /** Fields with numbers of replicas (absent: one); production requires two. @default none */
  readonly replicasAt?: readonly FieldPath[];
  /** Claims of its volumes. @default none */
  readonly claims?: OwnedClaims;
  /** Labels of the pods that the operator makes for an object, one set for each kind of pod. @default unknown */
  readonly podLabels?: (object: KubeObject) => readonly Readonly<Record<string, string>>[];
  /** Accounts to which the operator binds a role for an object: their pods call the API server. @default none */
  readonly boundAccounts?: (object: KubeObject) => readonly string[];
  /** Deployment that the operator makes of an object; an autoscaler whose target it is sets the number of its pods. @default none that anybody scales */
  readonly deploymentOf?: (object: KubeObject) => string;
  /** Storage that production requires. @default none */
  readonly durableWhen?: Durability;
  /** Fields with numbers that the product lets grow and never shrink. @default none */
  readonly growsOnly?: readonly FieldPath[];
  /**
   * Upper limit of pods that the operator creates from the pod template at a path of the object, where the count beside the template does not
   * tell; `undefined` where it does. The larger of the two counts.
   *
   * @default the count beside the template, else one pod
   */
  readonly copiesOf?: (object: KubeObject, at: string) => number | undefined;
  /**
   * How many jobs like the one that the object describes run at the same time, such as the trials of a search; multiplies the pods of each.
   *
   * @default 1
   */
  readonly jobsOf?: (object: KubeObject) => number | undefined;
  /** Do the pods of an object end by themselves, and give back what they have? Objects in a queue then wait for each other. @default false */
  readonly ends?: boolean;
  /** Ids of objects that the operator creates for an object, such as RuntimeClasses: what refers to one waits for the object. @default none */
  readonly makes?: (object: KubeObject) => readonly string[];
  /** Names of the Secrets that the operator creates for an object, in its namespace. @default none */
  readonly secretsOf?: (object: KubeObject) => readonly string[];
  /** Keys that each Secret has which the operator creates for an object. @default unknown */
  readonly secretKeysOf?: (object: KubeObject) => readonly string[] | undefined;
  /** Field of the spec with values that are encrypted, by key of a Secret. @default none */
  readonly encryptedAt?: string;
  /** Text of its webhook's refusal while the operator has not seen an object that this one refers to, which holds for a moment after that was created. @default it looks at no other object */
  readonly refusedUnseen?: string;
}

/** A folder or file inside a Go module. */
interface GoModuleSource {
  readonly registry: "go";
  readonly module: string;
  readonly version: string;
  /** Folder with the CRDs, or one file. */
  readonly path: string;
}

/** A folder of the product's public source tree that no package registry serves. */
interface SnapshotSource {
  readonly registry: "none";
  readonly repository: string;
  readonly tag: string;
  readonly path: string;
}

/** Where the CRDs of one product come from. */
export interface CrdSource {
  readonly product: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly source: GoModuleSource | SnapshotSource;
  /** Names of the CRDs to keep. @default every CRD found */
  readonly only?: readonly string[];
  /** Versions to keep of each: nothing converts to others on an embedded control plane. @default every version */
  readonly versions?: readonly string[];
}

/** Source of the value names of a chart. No package registry serves them, so they are read from a folder. */
export interface ChartSource {
  /** Name by which the chart is pinned. */
  readonly chart: string;
  /** Released version; the one in git may differ. */
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Location of the chart's files: repository, tag, folder. */
  readonly source: string;
  /** Maps that the chart passes through as a whole, so that unknown keys are valid. @default none */
  readonly free?: readonly (readonly string[])[];
  /** Sub-charts, by the name or alias of their values. @default none */
  readonly inner?: Readonly<Record<string, string>>;
}

/** Facts that are generated into `lib/imports`. */
interface ImportSources {
  readonly crds?: readonly CrdSource[];
  readonly charts?: readonly ChartSource[];
}

/** The pins of one component. */
export interface ComponentPin {
  /** Name of the component, its folder and its label. */
  readonly name: string;
  /** SPDX identifier of the product's licence. */
  readonly licence: string;
  /** Source of these facts. */
  readonly source: string;
  /** Absent for a component without an operator. */
  readonly chart?: ChartPin;
  /** Every image the component can put into an object, with tag. */
  readonly images: Readonly<Record<string, string>>;
  /** Kinds that the component's operator owns. */
  readonly kinds: readonly OwnedKind[];
  /** Oldest and newest Kubernetes minor version the product supports. */
  readonly kubernetes: { readonly min: string; readonly max?: string };
  /** Facts about the product that `npm run import` generates. @default none */
  readonly imports?: ImportSources;
}
