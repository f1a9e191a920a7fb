/** Paths of files that only one machine has. */

import type { BeamPipelineDocument } from "./document";
import type { Finding } from "./finding";
import { withoutDot } from "./includes";
import type { ValueSite } from "./node";
import { schemeOf, templatesOf } from "./reach";
import { bindingName } from "./secrets";
import { type TransformSite, textOf } from "./shape";

const FILE_TRANSFORM = /^(?:ReadFrom|WriteTo)(?:Text|Csv|Json|Parquet|Avro|TFRecord)$/;

/** Fields that name a file or folder, by transform. */
function fieldsOf({ type = "" }: TransformSite): readonly string[] {
  if (FILE_TRANSFORM.test(type)) return ["path", "file_pattern", "file_path_prefix"];
  return type === "MLTransform" ? ["write_artifact_location", "read_artifact_location"] : [];
}

/** Files of transforms that a worker looks for on its own disk. */
export function localFiles(document: BeamPipelineDocument): Finding[] {
  return document.transforms.flatMap((transform) => {
    const config = transform.site.entries.get("config");
    return fieldsOf(transform).flatMap((field) => {
      const site = config?.entries.get(field);
      if (!site || !isLocal(site)) return [];
      return [
        {
          id: "beam.local-file",
          start: site.start,
          name: bindingName(document, site.path),
          got: `the local path ${JSON.stringify(site.scalar)}`,
          allowed: "a URI that every worker can reach, such as s3://bucket/path",
          fix: "use object storage: a worker's own disk is lost with its pod",
        },
      ];
    });
  });
}

function isLocal(site: ValueSite): boolean {
  const text = textOf(site);
  return text !== undefined && text !== "" && schemeOf(text) === undefined;
}

/** Files that the submitter reads, and their paths: only the pipeline's own file and what it includes from beside it travel there. */
export function otherFiles(document: BeamPipelineDocument): (Finding & { readonly path: string })[] {
  const templates = templatesOf(document).filter(({ name }) => schemeOf(name) === undefined);
  const sites = [...includedFiles(document), ...providerFiles(document), ...optionFiles(document)].filter(isLocal);
  const named = [...templates, ...sites.map((site) => ({ name: String(site.scalar), start: site.start }))];
  return [...new Map(named.map((one) => [one.name, one])).values()].map(({ name, start }) => ({
    path: withoutDot(name),
    id: "beam.other-file",
    start,
    got: `the file ${JSON.stringify(name)}, which is not part of the pipeline`,
    allowed: "a URI that the submitter can reach, such as s3://bucket/file.yaml, a path in its image, or a file that includes names",
    fix: "name it in includes (render reads a file beside the pipeline by itself), put it into object storage or the image, or inline it",
  }));
}

function includedFiles(document: BeamPipelineDocument): ValueSite[] {
  return document.providers.flatMap(({ site }) => site.entries.get("include") ?? []);
}

/** Jars and archives; a package without a path or an archive's ending is one of the index. */
function providerFiles(document: BeamPipelineDocument): ValueSite[] {
  return document.providers.flatMap(({ site }) => {
    const config = site.entries.get("config")?.entries;
    const packages = (config?.get("packages")?.items ?? []).filter((one) => /[/\\]|\.(?:whl|zip|tar\.gz|tgz)$/.test(textOf(one) ?? ""));
    return [config?.get("jar") ?? [], packages].flat();
  });
}

function optionFiles({ root }: BeamPipelineDocument): ValueSite[] {
  const options = root?.entries.get("options")?.entries;
  return ["requirements_file", "setup_file", "extra_package", "extra_packages", "files_to_stage"].flatMap((name) => {
    const site = options?.get(name);
    return site ? [site, ...site.items] : [];
  });
}
