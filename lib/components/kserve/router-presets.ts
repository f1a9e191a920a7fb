/** Presets of LLMInferenceServices: KServe merges those of its own names into every service, of the service's namespace rather than of its own. */

import { ApiObject } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { kservePin } from "./pin";

/** For one node, for several, the endpoint picker and the route. Source: KServe v0.20.0, pkg/controller/v1alpha2/llmisvc/config_merge.go. */
const NAMES = ["template", "worker-pipeline-parallel", "scheduler", "router-route"].map((part) => `kserve-config-llm-${part}`);

/** Empty presets: an object alone says what its pods are, and an upgrade of KServe changes none of them. */
export class RouterPresets extends Construct {
  private readonly made = new Map<string, IDependable>();

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    setOwner(this, kservePin.name);
  }

  /** Those of a namespace; created on first use. */
  public enter(namespace: string): IDependable {
    const made = this.made.get(namespace) ?? this.add(namespace);
    this.made.set(namespace, made);
    return made;
  }

  private add(namespace: string): IDependable {
    const part = new Construct(this, namespace);
    for (const name of NAMES)
      new ApiObject(part, name, {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceServiceConfig",
        metadata: { name, namespace },
        spec: {},
      });
    return part;
  }
}
