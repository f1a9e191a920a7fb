/** The one list of components: from it come the readiness table, the image list, the contract suite and the docs. */

import type { ComponentPin, OwnedKind } from "#lib/kube/pin";
import type { ReadinessTable } from "#lib/kube/readiness";
import { beamPin } from "./beam/pin";
import { certManagerPin } from "./cert-manager/pin";
import { elasticsearchPin } from "./elasticsearch/pin";
import { flinkPin } from "./flink/pin";
import { foundationPin } from "./foundation/pin";
import { karpenterPin } from "./karpenter/pin";
import { nodePoolsPin } from "./node-pools/pin";
import { prometheusPin } from "./prometheus/pin";

/** Every component's pins, in alphabetical order. */
export const catalog: readonly ComponentPin[] = [
  beamPin,
  certManagerPin,
  elasticsearchPin,
  flinkPin,
  foundationPin,
  karpenterPin,
  nodePoolsPin,
  prometheusPin,
];

/** Every custom kind that some component's operator brings. */
export const ownedKinds: readonly OwnedKind[] = catalog.flatMap((pin) => pin.kinds);

/** The readiness row of every custom kind. */
export const readinessTable: ReadinessTable = new Map(ownedKinds.map((owned) => [owned.kind, owned.readiness]));
