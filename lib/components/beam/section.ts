/** Section `pipelines` of the environment file. */

import { type Site, section } from "#lib/environment/section";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { BeamPipeline } from "./beam-pipeline";
import { inOrder, unknownBootstrap } from "./bootstrap";
import { indexProblems } from "./index-checks";
import { beamPin } from "./pin";
import { type PipelineSettings, pipelinesSchema } from "./schema";
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
  lineage: {
    reads: ["*.topics.sources.*", "*.bindings.*.from", "*.bindings.*.model", "*.bindings.*.service"],
    writes: ["*.topics.sinks.*", "*.stores.*", "*.featureStore", "*.artifacts.bucket", "*.bindings.*.to"],
  },
  build(pipelines, site) {
    const stores = [...site.all("vectorStore").values()];
    const made = new Map<string, BeamPipeline>();
    for (const [
      name,
      { file, definition: given, includes: included, runner, stores: reachable, topics, collections, bootstrap: before, ...settings },
    ] of inOrder(pipelines)) {
      const isFirst = before === undefined || (Object.hasOwn(pipelines, before) && pipelines[before]?.bootstrap === undefined);
      if (!isFirst) site.report([name, "bootstrap"], unknownBootstrap(before, pipelines));
      const texts = textsOf(name, { file, definition: given, includes: included }, site);
      if (!texts) continue;
      const scope = site.part([name]);
      const source = `${ownerOf(scope).source}.${file === undefined ? "definition" : `file#${file}`}`;
      const pipeline = new BeamPipeline(scope, name, {
        ...settings,
        ...texts,
        runner,
        stores: reachable,
        topics,
        collections,
        ...(before !== undefined && { bootstrap: made.get(before) }),
        name,
        source,
      });
      made.set(name, pipeline);
      const { namespace, text } = pipeline;
      addProblems(
        pipeline,
        indexProblems({ path: ownerOf(pipeline).source, indexes: [...site.all("vectorIndex").values()], reachable, text }),
      );
      addProblems(pipeline, storeProblems({ path: ownerOf(pipeline).source, settings, namespace, reachable, stores, text }));
    }
  },
});

/** What a pipeline consists of, or undefined where something of it is missing. */
function textsOf(
  name: string,
  { file, definition: given, includes }: Pick<PipelineSettings, "file" | "definition" | "includes">,
  site: Site,
) {
  if ((file === undefined) === (given === undefined)) {
    site.report([name], eitherFileOrDefinition(file));
    return undefined;
  }
  const definition = given ?? site.files.get(file ?? "");
  const missing = Object.entries(includes).filter(([, path]) => !site.files.has(path));
  for (const [path, from] of missing) site.report([name, "includes", path], missingFile(from));
  if (definition === undefined) site.report([name, "file"], missingFile(file ?? ""));
  if (definition === undefined || missing.length > 0) return undefined;
  return { definition, includes: Object.fromEntries(Object.entries(includes).map(([path, from]) => [path, site.files.get(from) ?? ""])) };
}

function eitherFileOrDefinition(file: string | undefined) {
  return {
    id: "pipelines.file-or-definition",
    got: file === undefined ? "neither file nor definition" : "both file and definition",
    allowed: "a file with Beam YAML, or a definition",
    fix: file === undefined ? "set file, or definition" : "remove one of them",
  };
}

function missingFile(file: string) {
  return {
    id: "pipelines.missing-file",
    got: `${JSON.stringify(file)}, which does not exist`,
    allowed: "a file below the folder of environment files",
    fix: "create the file, or correct the path",
  };
}
