/** Section `keda` of the environment file. */

import { ApiObject, JsonPatch } from "cdk8s";
import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/keda/index";
import { addProblems } from "#lib/kube/problems";
import { noTarget, rivalProblems } from "./checks";
import { KedaOperator } from "./operator";
import { kedaPin } from "./pin";
import { Scaler } from "./scaler";
import { kedaSectionSchema } from "./schema";
import { autoscalersIn, scalableIn, setsReplicas, targetName } from "./targets";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** KEDA: scales pods, and starts jobs, by events. @default not installed */
    keda: typeof kedaSectionSchema;
  }
}

const HOME = { namespace: "keda", priority: "beamstack-system" } as const;

/** KEDA. */
export const keda = section({
  key: "keda",
  stage: "compute",
  pin: kedaPin,
  crds: definitions,
  schema: kedaSectionSchema,
  uses: ["monitoring"],
  gives: ["eventScaler"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, scalers }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const operator = new KedaOperator(scope, "Operator", { ...own, metrics: site.all("monitoring").get("prometheus") });
    operator.operator.node.addDependency(home, site.priorityClasses);
    site.give("eventScaler", "keda", operator);
    for (const [name, scaler] of Object.entries(scalers)) {
      site.namespace(scaler.namespace, ["scalers", name]);
      new Scaler(site.part(["scalers", name]), "Scaler", { ...scaler, name, operator });
    }
  },
  finish({ scalers }, site) {
    const objects = site.tree.node.findAll().filter((node) => node instanceof ApiObject);
    const scalable = scalableIn(objects);
    const autoscalers = autoscalersIn(objects);
    addProblems(site.chart, rivalProblems(autoscalers));
    for (const { target, object } of autoscalers) {
      const own = scalable.get(target);
      if (!own) continue;
      // The operator calls a scaler failed whose target is not there yet.
      object.addDependency(own);
      // Else each `up` would set the number of pods back.
      if (setsReplicas(own)) own.addJsonPatch(JsonPatch.remove("/spec/replicas"));
    }
    for (const [name, { namespace, target }] of Object.entries(scalers)) {
      const text = targetName(target.kind, namespace, target.name);
      if (!scalable.has(text)) site.report(["scalers", name, "target"], noTarget(text));
    }
  },
});
