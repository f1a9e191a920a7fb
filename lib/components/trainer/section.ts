/** Section `trainer` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/trainer/index";
import { TrainerOperator } from "./operator";
import { trainerPin } from "./pin";
import { trainerSectionSchema } from "./schema";
import { TrainJob } from "./train-job";
import { TrainTrial } from "./train-trial";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Kubeflow Trainer: distributed training with PyTorch, DeepSpeed, JAX, MPI, XGBoost and TorchTune. Requires `jobset`. @default not installed */
    trainer: typeof trainerSectionSchema;
  }
  interface DeclaredAt {
    "trainer.trials": "trialJob";
  }
}

const HOME = { namespace: "trainer-system" } as const;

/** Kubeflow Trainer. */
export const trainer = section({
  key: "trainer",
  stage: "model-training",
  pin: trainerPin,
  crds: definitions,
  schema: trainerSectionSchema,
  declares: { trialJob: "trials" },
  uses: ["jobGroups"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  lineage: {
    reads: ["jobs", "trials"].flatMap((kind) => ["buckets.*", "initialModel", "featureStore"].map((name) => `${kind}.*.${name}`)),
    writes: ["output.storage", "checkpoints.storage", "modelRegistry", "register.registry"]
      .map((name) => `jobs.*.${name}`)
      .concat("trials.*.modelRegistry"),
  },
  build({ operator: own, jobs, trials }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const [jobGroups] = site.all("jobGroups").values();
    if (!jobGroups) {
      site.report([], {
        id: "trainer.no-job-groups",
        got: "an environment without JobSet",
        allowed: "trainer together with jobset: the operator makes a JobSet of each training job",
        fix: "add the section jobset",
      });
    }
    const { operator } = new TrainerOperator(scope, "Operator", { ...own, jobGroups: jobGroups ?? home });
    operator.node.addDependency(home);
    for (const [name, settings] of Object.entries(jobs)) {
      const part = site.part(["jobs", name], { namespace: settings.namespace, priority: "beamstack-batch" });
      new TrainJob(part, "Job", { ...settings, name });
    }
    for (const [name, settings] of Object.entries(trials)) {
      const part = site.part(["trials", name], { namespace: settings.namespace, priority: "beamstack-batch" });
      site.give("trialJob", name, new TrainTrial(part, "Trial", { ...settings, name }));
    }
  },
});
