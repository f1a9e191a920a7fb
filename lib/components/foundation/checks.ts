/** Rules on a namespace's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { Size } from "#lib/core/size";
import { quotaOf } from "./quota";
import type { NamespaceSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function namespaceProblems(settings: NamespaceSettings, path: string): Problem[] {
  const { containerDefaults: defaults } = settings;
  const quota = quotaOf(settings);
  return [
    ...requestAboveLimit(defaults.memory, defaults.memoryLimit, `${path}.containerDefaults.memory`),
    ...requestAboveLimit(defaults.scratch, defaults.scratchLimit, `${path}.containerDefaults.scratch`),
    ...(defaults.memory.bytes > quota.memory.bytes ? [defaultAboveQuota(defaults.memory, quota.memory, path)] : []),
  ];
}

/** The API server rejects a LimitRange whose default request exceeds its default limit. */
function requestAboveLimit(request: Size, limit: Size, path: string): Problem[] {
  if (request.bytes <= limit.bytes) return [];
  return [
    {
      id: "foundation.request-above-limit",
      path,
      got: `a request of ${request} above the limit of ${limit}`,
      allowed: `at most ${limit}`,
      fix: `raise ${path}Limit or lower ${path}`,
    },
  ];
}

/** No container with the default could be admitted. */
function defaultAboveQuota(memory: Size, quota: Size, path: string): Problem {
  return {
    id: "foundation.default-above-quota",
    path: `${path}.quota.memory`,
    got: `a quota of ${quota} below the ${memory} of one container without requests`,
    allowed: `at least ${memory}`,
    fix: `raise ${path}.quota.memory or lower ${path}.containerDefaults.memory`,
  };
}
