/** Role of a feature store. */

import type { IConstruct, IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { FlowPort, FlowProps, PodsEnd } from "./network";
import { variablesOfProps } from "./variable-problems";

/** What clients in one namespace need. */
export interface FeatureStoreAccess {
  /** ConfigMap in their namespace with the configuration of clients, below the key {@link FEATURE_STORE_KEY}. It holds no secret. */
  readonly configMap: string;
  /** Clients depend on it: the ConfigMap. */
  readonly dependency: IDependable;
}

/** A store of features with servers. Clients depend on the construct, and allow the flow of {@link featureStoreFlow}. */
export interface IFeatureStore extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  /** What clients speak. */
  readonly api: "feast";
  /** Pods of the servers: one end of a network flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
  /** Gives pods of a namespace the configuration of clients; the same namespace twice is the same access. */
  enter(namespace: string): FeatureStoreAccess;
}

/** Key of the ConfigMap, and name of the file. */
export const FEATURE_STORE_KEY = "feature_store.yaml";

/** Variable from which Feast's SDK and command line take the path of the configuration. */
const FEATURE_STORE_VARIABLE = "FEAST_FS_YAML_FILE_PATH";

const VOLUME = "feature-store";
const FOLDER = "/etc/beamstack/feature-store";

/** Path of the file in pods. */
export const FEATURE_STORE_FILE = `${FOLDER}/${FEATURE_STORE_KEY}`;

/** How the configuration gets into pods. */
export interface FeatureStoreMount {
  readonly volume: JsonObject;
  readonly mount: JsonObject;
  readonly environment: Readonly<Record<string, string>>;
}

/** Volume, mount and {@link FEATURE_STORE_VARIABLE}. */
export function featureStoreMount({ configMap }: Pick<FeatureStoreAccess, "configMap">): FeatureStoreMount {
  return {
    volume: { name: VOLUME, configMap: { name: configMap } },
    mount: { name: VOLUME, mountPath: FOLDER, readOnly: true },
    environment: { [FEATURE_STORE_VARIABLE]: FEATURE_STORE_FILE },
  };
}

/** The problem that a user sets the variable, too; `place` has the path of all variables. */
export function featureVariableProblems(
  variables: Readonly<Record<string, unknown>>,
  featureStore: IFeatureStore | undefined,
  place: ProblemPlace,
): Problem[] {
  const given = Object.keys(variables).map((name) => ({ name, path: place.path }));
  return variablesOfProps(given, { featureStore: featureStore && { [FEATURE_STORE_VARIABLE]: "" } }, () => place);
}

/** Network flow from clients to the servers; `who` is the part of the policies' names that tells clients apart. */
export function featureStoreFlow(
  { name, pods, ports }: Pick<IFeatureStore, "name" | "pods" | "ports">,
  who: string,
  from: PodsEnd,
): FlowProps {
  return { name: `${who}-to-features.${name}`, from, to: pods, ports };
}
