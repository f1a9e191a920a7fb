/** ConfigMaps fit into the API server. */

import { mapAt } from "../json-at";
import type { Rule } from "../rule";

/** `MaxSecretSize` of the API's validation, which counts the values of ConfigMaps too. */
const BYTES = 1024 ** 2;

/** Keys count as little as the API server counts them: not at all. */
export const configMapSize: Rule = {
  id: "config-map-size",
  mirrors: [],
  allowed: `at most ${BYTES} bytes in data and binaryData together`,
  fix: "split it into several ConfigMaps, or put the file into the image or onto a volume",
  find: ({ ofKind }) =>
    ofKind("core/ConfigMap").flatMap((object) => {
      const texts = Object.values(mapAt(object.manifest, "data")).map((text) => Buffer.byteLength(String(text)));
      const binaries = Object.values(mapAt(object.manifest, "binaryData")).map((text) => Buffer.byteLength(String(text), "base64"));
      const bytes = [...texts, ...binaries].reduce((sum, size) => sum + size, 0);
      return bytes > BYTES ? [{ object, at: "data", got: `${bytes} bytes` }] : [];
    }),
};
