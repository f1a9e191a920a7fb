/** Section `feedback` of the environment file. */

import { section } from "#lib/environment/section";
import { missing } from "./checks";
import { FeedbackLoop } from "./loop";
import { feedbackPin } from "./pin";
import { feedbackSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Feedback loops: drift and faults of a model raise alerts, and alerts train, promote and take back versions. @default none */
    feedback: typeof feedbackSectionSchema;
  }
}

/** Feedback loops. */
export const feedback = section({
  key: "feedback",
  stage: "monitoring",
  pin: feedbackPin,
  schema: feedbackSectionSchema,
  uses: ["monitoring", "eventScaler"],
  lineage: { reads: ["loops.*.data.bucket", "loops.*.retrain.buckets.*"], writes: ["loops.*.registry", "loops.*.rollout.service"] },
  build({ image, loops }, site) {
    const scaler = site.all("eventScaler").get("keda");
    for (const [name, loop] of Object.entries(loops)) {
      const { namespace, rules } = loop;
      if (!site.offers("monitoring")) site.report(["loops", name], missing("monitoring"));
      if (!scaler && rules.some(({ starts }) => starts !== "nothing")) site.report(["loops", name], missing("keda"));
      site.namespace(namespace, ["loops", name]);
      const metrics = site.all("monitoring").get("prometheus");
      new FeedbackLoop(site.part(["loops", name], { namespace }), "Loop", { ...loop, name, image, scaler, metrics });
    }
  },
});
