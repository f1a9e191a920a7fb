/** Section `beamRunners` of the environment file. */

import { section } from "#lib/environment/section";
import { BeamRunner } from "./beam-runner";
import { beamRunnersPin } from "./pin";
import { beamRunnersSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Runners of Beam pipelines besides Flink: in the pod of the pipeline, with or without Spark, or on a Dask cluster. @default none */
    beamRunners: typeof beamRunnersSchema;
  }
  interface DeclaredAt {
    beamRunners: "beamRunner";
  }
}

/** Runners of Beam pipelines. */
export const beamRunners = section({
  key: "beamRunners",
  stage: "data-preparation",
  pin: beamRunnersPin,
  schema: beamRunnersSchema,
  declares: { beamRunner: "" },
  lineage: { reads: ["*.buckets.*", "*.models.*"] },
  build(runners, site) {
    for (const [name, settings] of Object.entries(runners)) {
      const place = settings.type === "dask" ? {} : { namespace: settings.namespace };
      site.give("beamRunner", name, new BeamRunner(site.part([name], place), "Runner", { ...settings, name }));
    }
  },
});
