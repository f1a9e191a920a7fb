/** Section `pipelines` of the environment file. */

import { section } from "#lib/environment/section";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { BeamPipeline } from "./beam-pipeline";
import { indexProblems } from "./index-checks";
import { beamPin } from "./pin";
import { pipelinesSchema } from "./schema";
import { storeProblems } from "./store-checks";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Beam pipelines by name; the name is that of the submitter and of the job in the engine. @default none */
    pipelines: typeof pipelinesSchema;
  }
}

/** Beam pipelines. */
export const beam = section({
  key: "pipelines",
  stage: "pipelines",
  pin: beamPin,
  schema: pipelinesSchema,
  uses: ["vectorIndex"],
  lineage: { reads: ["*.topics.sources.*"], writes: ["*.topics.sinks.*", "*.stores.*"] },
  build(pipelines, site) {
    const stores = [...site.all("vectorStore").values()];
    for (const [name, { file, includes: included, runner, stores: reachable, topics, ...settings }] of Object.entries(pipelines)) {
      const definition = site.files.get(file);
      const missing = Object.entries(included).filter(([, path]) => !site.files.has(path));
      for (const [path, from] of missing) site.report([name, "includes", path], missingFile(from));
      if (definition === undefined) site.report([name, "file"], missingFile(file));
      if (definition === undefined || missing.length > 0) continue;
      const includes = Object.fromEntries(Object.entries(included).map(([path, from]) => [path, site.files.get(from) ?? ""]));
      const scope = site.part([name]);
      const source = `${ownerOf(scope).source}.file#${file}`;
      const pipeline = new BeamPipeline(scope, name, {
        ...settings,
        definition,
        includes,
        runner,
        stores: reachable,
        topics,
        name,
        source,
      });
      const { namespace, text } = pipeline;
      addProblems(
        pipeline,
        indexProblems({ path: ownerOf(pipeline).source, indexes: [...site.all("vectorIndex").values()], reachable, text }),
      );
      addProblems(pipeline, storeProblems({ path: ownerOf(pipeline).source, settings, namespace, reachable, stores, text }));
    }
  },
});

function missingFile(file: string) {
  return {
    id: "pipelines.missing-file",
    got: `${JSON.stringify(file)}, which does not exist`,
    allowed: "a file below the folder of environment files",
    fix: "create the file, or correct the path",
  };
}
