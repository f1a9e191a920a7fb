/** Annotations fit into the API server. */

import type { Rule } from "../rule";

/** `TotalAnnotationSizeLimitB` of the API's validation: keys and values of one object together. */
const BYTES = 256 * 1024;

/** Client-side apply keeps a whole object in an annotation: one more reason for server-side apply. */
export const annotationSize: Rule = {
  id: "annotation-size",
  mirrors: [],
  allowed: `at most ${BYTES} bytes in all annotations together`,
  fix: "move the text into a ConfigMap",
  find: ({ release }) =>
    release.objects.flatMap((object) => {
      const all = Object.entries(object.manifest.metadata.annotations ?? {});
      const bytes = all.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
      return bytes > BYTES ? [{ object, at: "metadata.annotations", got: `${bytes} bytes` }] : [];
    }),
};
