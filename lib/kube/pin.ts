/** What a component folder pins: versions, images, kinds, each with the source of the fact. Data only. */

import type { GroupKind, KubeObject } from "./object";
import type { Readiness } from "./readiness";

/** A Helm chart at one version. */
export interface ChartPin {
  readonly name: string;
  /** `https://...` for a classic repository, `oci://...` (without the chart's name) for a registry. */
  readonly repository: string;
  readonly version: string;
}

/** Keys to a field of an object, outermost first; `*` stands for every item of a list. */
export type FieldPath = readonly string[];

/** What must hold of an object so that its data outlives its pods. */
export type Durability =
  | {
      /** One of these fields is set. */
      readonly type: "field";
      readonly anyOf: readonly FieldPath[];
      /** What holds the data where none is. */
      readonly otherwise: string;
    }
  | {
      /** No pod template puts an emptyDir in the place of the claim that the operator makes by default. */
      readonly type: "claim";
      readonly claim: string;
      /** The pod specs. */
      readonly pods: FieldPath;
    };

/** A custom kind that a component's operator brings. */
export interface OwnedKind {
  readonly kind: GroupKind;
  readonly version: string;
  readonly readiness: Readiness;
  /** Does an object of this kind hold data that must outlive it? Its namespace is then retained on destroy. @default false */
  readonly holdsData?: boolean;
  /** Fields that say how many pods of a part run, one where a field is absent; production asks for two. @default none that matters */
  readonly replicasAt?: readonly FieldPath[];
  /** What production asks of its storage. @default nothing */
  readonly durableWhen?: Durability;
  /**
   * How many pods the operator can come to make of the template at a path of the object, where no count stands above the template;
   * `undefined` for a template that is not multiplied.
   *
   * @default one of each template
   */
  readonly copiesOf?: (object: KubeObject, at: string) => number | undefined;
}

/** A folder or file inside a Go module. */
interface GoModuleSource {
  readonly registry: "go";
  readonly module: string;
  readonly version: string;
  /** Folder with the CRDs, or one file. */
  readonly path: string;
}

/** A folder of the product's public source tree that no registry serves. */
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
}

/** Where the value names of one chart come from. No registry serves them: they are read from a folder. */
export interface ChartSource {
  /** Name by which the chart is pinned. */
  readonly chart: string;
  /** Version as released; git may say another one. */
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Where the chart's files stand: repository, tag, folder. */
  readonly source: string;
  /** Maps with defaults that are handed on whole, names that the chart does not know included. @default none */
  readonly free?: readonly (readonly string[])[];
  /** Charts inside it, by the name or alias under which their values stand. @default none */
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
  /** Where these facts were read. */
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
