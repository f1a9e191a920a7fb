/** What a component folder pins: versions, images, kinds, each with the source of the fact. Data only. */

import type { GroupKind } from "./object";
import type { Readiness } from "./readiness";

/** A Helm chart at one version. */
export interface ChartPin {
  readonly name: string;
  /** `https://...` for a classic repository, `oci://...` (without the chart's name) for a registry. */
  readonly repository: string;
  readonly version: string;
}

/** A custom kind that a component's operator brings. */
export interface OwnedKind {
  readonly kind: GroupKind;
  readonly version: string;
  readonly readiness: Readiness;
  /** Does an object of this kind hold data that must outlive it? Its namespace is then retained on destroy. @default false */
  readonly holdsData?: boolean;
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
}
