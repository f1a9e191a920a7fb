/** A product's operator: its Helm chart, or its objects, on a real cluster; a simulated operator on the embedded one. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { canonicalJson, type JsonObject, type JsonValue } from "#lib/core/json";
import { HelmRelease } from "./helm-release";
import { HELM_VALUES_ANNOTATION } from "./labels";
import { type GroupKind, groupKind, type KubeObject } from "./object";
import type { ComponentPin } from "./pin";
import { type OperatorPlace, simulatedKinds, simulatedOperator } from "./simulation";

/** `helm` installs the product's chart, or its objects where it has none; `simulated` replaces it with its CRDs and a simulator where no container runs. */
export type OperatorMode = "helm" | "simulated";

const MODE = "beamstack-iac/operators";

/** Says how every operator below `scope` is installed. Call it before `scope` has children. @default helm */
export function setOperatorMode(scope: Construct, mode: OperatorMode): void {
  scope.node.setContext(MODE, mode);
}

/** How operators below `scope` are installed. */
export function operatorMode(scope: Construct): OperatorMode {
  return (scope.node.tryGetContext(MODE) as OperatorMode | undefined) ?? "helm";
}

/** Adds the CRDs and the simulator's stages of the pinned kinds below `scope`. */
export function addSimulatedKinds(scope: Construct, pin: ComponentPin, definitions: readonly KubeObject[]): void {
  addKinds(scope, simulatedKinds(pin, definitions));
}

function addKinds(scope: Construct, objects: readonly KubeObject[]): void {
  for (const object of objects) {
    new ApiObject(scope, `${groupKind(object)}-${object.metadata.name}`.replaceAll("/", "-"), object);
  }
}

/** Props of an {@link Operator}. */
export interface OperatorProps {
  readonly pin: ComponentPin;
  readonly namespace: string;
  /** Helm values that differ from the chart's. */
  readonly values: JsonObject;
  /** The product's CustomResourceDefinitions; read only when the operator is simulated. */
  readonly definitions: () => readonly KubeObject[];
  /** The installation, if there is one already: then only a simulated operator is made. @default none */
  readonly existing?: JsonValue;
  /** Release name. @default the component's name */
  readonly releaseName?: string;
  /** Adds the operator's own objects, for a product without a chart, besides its CRDs. @default its chart is installed */
  readonly objects?: (scope: Construct, place: OperatorPlace) => void;
}

/** A product's operator. Objects of the kinds it provides wait for it. */
export class Operator extends Construct {
  /** Kinds that exist once the operator is there. */
  public readonly provides: readonly GroupKind[];

  public constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { pin, namespace, releaseName: name = pin.name } = props;
    this.provides = pin.kinds.map((owned) => owned.kind);
    if (operatorMode(this) === "simulated") this.simulate(props, name);
    else if (props.existing === undefined) this.install(props, name, namespace);
  }

  private install(props: OperatorProps, name: string, namespace: string): void {
    const { chart } = props.pin;
    if (props.objects) {
      addKinds(this, props.definitions());
      props.objects(this, { name, namespace });
      return;
    }
    if (!chart) throw new Error(`component ${props.pin.name} pins no chart`);
    new HelmRelease(this, "Release", { name, namespace, chart, values: props.values, provides: this.provides });
  }

  private simulate(props: OperatorProps, name: string): void {
    const { pin, namespace, definitions, existing } = props;
    const values = existing === undefined ? props.values : { existing };
    addSimulatedKinds(this, pin, definitions());
    const { workload } = simulatedOperator(this, pin, { name, namespace });
    // The Helm values of the real operator, so that every input changes the output here too.
    workload.metadata.addAnnotation(HELM_VALUES_ANNOTATION, canonicalJson(values));
  }
}
