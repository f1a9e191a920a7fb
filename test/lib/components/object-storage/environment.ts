/** An environment resolved, and the parts of its release that tests of buckets look at. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";

/** The FlinkDeployment with its configuration, names of network policies, and problems as id and path. */
export function loadPlatform(sections: object) {
  const spec = { name: "test", cluster: { type: "context", context: "test" }, ...sized(sections) };
  const result = createPlatform({ sections: catalog }).resolve(spec as never);
  const objects = result.ok ? result.value.release.objects.map(({ manifest }) => manifest) : [];
  const flink = objects.find(({ kind }) => kind === "FlinkDeployment");
  const configuration = valueAt(flink, ["spec", "flinkConfiguration"]);
  const found = result.ok ? result.warnings : result.problems;
  return {
    flink,
    flinkConfiguration: isJsonObject(configuration) ? configuration : ({} as JsonObject),
    policies: objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    problems: found.map(({ id, path }) => [id, path]),
  };
}

/** Sizes are written as text here. */
function sized(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === "storage" && each === "10Gi") return [key, Size.gibibytes(10)];
      return [key, typeof each === "object" && each !== null && !Array.isArray(each) ? sized(each) : each];
    }),
  );
}
