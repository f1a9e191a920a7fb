/** Section `katib` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/katib/index";
import { Experiment, SuggestionAccount } from "./experiment";
import { Katib } from "./katib";
import { SUGGESTION_ACCOUNT } from "./labels";
import { katibPin } from "./pin";
import { type ExperimentSettings, katibSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Katib: searches for hyperparameters and architectures, with trials as Jobs in a queue. Requires `certManager` and a database. @default not installed */
    katib: typeof katibSectionSchema;
  }
}

const HOME = { namespace: "katib", priority: "beamstack-system" } as const;

/** Katib's pod of suggestion services has no security context for its second container. Source: Katib v0.19.0, suggestion/composer/composer.go. */
const EARLY_STOPPING = { level: "baseline", reason: "Katib gives the container of early stopping no security context" } as const;

/** Without it, the webhook refuses every experiment of a namespace. Source: Katib v0.19.0, pkg/webhook/v1beta1/experiment/validation_webhook.go. */
const SEARCHED = { "katib.kubeflow.org/metrics-collector-injection": "enabled" } as const;

/** Katib. */
export const katib = section({
  key: "katib",
  stage: "model-optimization",
  pin: katibPin,
  crds: definitions,
  schema: katibSectionSchema,
  uses: ["certificateIssuer"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  lineage: {
    reads: ["experiments.*.trial.buckets.*", "experiments.*.job"],
    writes: ["experiments.*.trial.modelRegistry", "experiments.*.best.registry"],
  },
  build({ operator: own, experiments }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const [certificateIssuer] = site.all("certificateIssuer").values();
    const namespaces =
      own.existing === undefined ? [home, site.namespace(own.databaseNamespace, ["operator", "databaseNamespace"])] : [home];
    const trialJobs = Object.values(experiments).flatMap(({ job }) => (job ? [job] : []));
    const made = new Katib(scope, "Katib", { ...own, trialJobs, ...(certificateIssuer && { certificateIssuer }) });
    made.node.addDependency(...namespaces, site.priorityClasses);
    for (const [namespace, [name, settings]] of firstIn(experiments)) {
      const part = site.part(["experiments", name, "namespace"], { namespace });
      new SuggestionAccount(part, "Suggestions", { name: SUGGESTION_ACCOUNT, namespace });
      site.namespace(namespace, ["experiments", name], needOf(experiments, settings.namespace));
    }
    for (const [name, settings] of Object.entries(experiments)) {
      const part = site.part(["experiments", name], { namespace: settings.namespace, priority: "beamstack-batch" });
      new Experiment(part, "Experiment", { ...settings, name, katib: made }).node.addDependency(made);
    }
  },
});

type Experiments = Readonly<Record<string, ExperimentSettings>>;

/** The first experiment of each namespace. */
function firstIn(experiments: Experiments): ReadonlyMap<string, readonly [string, ExperimentSettings]> {
  const all = Object.entries(experiments).reverse();
  return new Map(all.map((one) => [one[1].namespace, one]));
}

function needOf(experiments: Experiments, namespace: string) {
  const stops = Object.values(experiments).some((one) => one.namespace === namespace && one.medianStop !== undefined);
  return { labels: SEARCHED, ...(stops && { podSecurity: EARLY_STOPPING }) };
}
