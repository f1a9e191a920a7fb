/** What stands in for an operator where no container runs: its definitions, a pod that does nothing, and the stages of its kinds. */

import { customKind } from "./crd-schema";
import { restrictedContainerSecurity, restrictedPodSecurity } from "./hardening";
import { SIMULATED_LABEL } from "./labels";
import type { KubeObject } from "./object";
import type { ComponentPin } from "./pin";
import { definedKind } from "./references";
import { simulationStages } from "./simulation-stages";

/** What the stand-in of an operator is made from. */
export interface SimulatedOperator {
  readonly pin: ComponentPin;
  readonly namespace: string;
  /** The product's CustomResourceDefinitions. */
  readonly definitions: readonly KubeObject[];
  /** Name of the Deployment and of its ServiceAccount. */
  readonly name: string;
}

/** Labels of everything that is not the real thing. */
const SIMULATED = { [SIMULATED_LABEL]: "true" };

/**
 * The objects that stand in for an operator, first the definitions of the pinned kinds: an engine that keeps its state in one file
 * writes all of it at every step, so definitions that nothing here uses would make every step dearer.
 *
 * @throws when the definitions lack a pinned kind, or the pin names no image for the operator
 */
export function simulatedOperatorObjects(props: SimulatedOperator): KubeObject[] {
  const { pin } = props;
  const pinned = new Set<string>(pin.kinds.map(({ kind }) => kind));
  const definitions = props.definitions.filter((definition) => pinned.has(definedKind(definition) ?? ""));
  const stages = pin.kinds.flatMap(({ kind, version, readiness }) => simulationStages(customKind(definitions, kind, version), readiness));
  return [...definitions, serviceAccount(props), deployment(props), ...stages];
}

function serviceAccount({ name, namespace }: SimulatedOperator): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: SIMULATED },
    automountServiceAccountToken: false,
  };
}

function deployment(props: SimulatedOperator): KubeObject {
  const { name, namespace } = props;
  const labels = { "app.kubernetes.io/name": name, ...SIMULATED };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: { metadata: { labels }, spec: podSpec(props) },
    },
  };
}

function podSpec({ pin, name }: SimulatedOperator) {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    securityContext: restrictedPodSecurity(),
    containers: [
      {
        name: "operator",
        image: operatorImage(pin),
        securityContext: restrictedContainerSecurity(),
        resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "10m", memory: "16Mi" } },
      },
    ],
  };
}

/** The image that pins call `operator`, so that a mirror and the image list see the same one as on a real cluster. */
function operatorImage(pin: ComponentPin): string {
  const image = pin.images["operator"];
  if (image === undefined) throw new Error(`component ${pin.name} pins no image named "operator"`);
  return image;
}
