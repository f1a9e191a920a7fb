/** Objects fit into the API server. */

import type { Finding, Rule } from "../rule";

/** etcd's `--max-request-bytes` as it comes. */
const REQUEST_BYTES = 1.5 * 1024 ** 2;

/** The API server refuses it at apply, half-way through. */
export const objectSize: Rule = {
  id: "object-size",
  mirrors: [],
  allowed: `at most ${REQUEST_BYTES} bytes of JSON`,
  fix: "split it into several objects",
  find: ({ release }) =>
    release.objects.flatMap((object): Finding[] => {
      const bytes = Buffer.byteLength(JSON.stringify(object.manifest));
      return bytes > REQUEST_BYTES ? [{ object, at: "", got: `${bytes} bytes` }] : [];
    }),
};
