/** A simulated operator, where no container runs: its CRDs, the simulator stages of its kinds, and a placeholder pod. */

import type { Construct } from "constructs";
import { Size } from "#lib/core/size";
import { customKind } from "./crd-schema";
import { HardenedWorkload } from "./hardened-workload";
import { SIMULATED_LABEL } from "./labels";
import type { KubeObject } from "./object";
import type { ComponentPin } from "./pin";
import { definedKind } from "./references";
import { simulationStages } from "./simulation-stages";

/**
 * The CRDs of the pinned kinds, and the stages of their objects. Other CRDs are left out: an engine with a state file writes all of it at every step.
 *
 * @throws when no CRD defines a pinned kind
 */
export function simulatedKinds({ kinds }: ComponentPin, all: readonly KubeObject[]): KubeObject[] {
  const pinned = new Set<string>(kinds.map(({ kind }) => kind));
  const definitions = all.filter((definition) => pinned.has(definedKind(definition) ?? ""));
  const stages = kinds.flatMap(({ kind, version, readiness }) => simulationStages(customKind(definitions, kind, version), readiness));
  return [...definitions, ...stages];
}

/** Name and namespace of an operator's Deployment and of its ServiceAccount. */
export interface OperatorPlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The operator's Deployment, with placeholder pods.
 *
 * @throws when the pin has no image named `operator`
 */
export function simulatedOperator(scope: Construct, pin: ComponentPin, place: OperatorPlace): HardenedWorkload {
  const requests = { cpu: 0.001, memory: Size.mebibytes(8) };
  const limits = { cpu: 0.01, memory: Size.mebibytes(16) };
  return new HardenedWorkload(scope, "StandIn", {
    ...place,
    kind: { type: "deployment" },
    labels: { [SIMULATED_LABEL]: "true" },
    containers: [{ name: "operator", image: operatorImage(pin), requests, limits }],
  });
}

/** The pinned image `operator`, so that mirrors and image lists are the same as on a real cluster. */
function operatorImage(pin: ComponentPin): string {
  const image = pin.images["operator"];
  if (image === undefined) throw new Error(`component ${pin.name} pins no image named "operator"`);
  return image;
}
