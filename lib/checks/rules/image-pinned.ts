/** Images do not change under the same name. */

import { isPinned, parseImage } from "#lib/core/image-ref";
import type { Finding, Rule } from "../rule";
import { imageFindings } from "./image-registry";

/** Everything under a key called `image`, in objects and in Helm values. */
export const imagePinned: Rule = {
  id: "image-pinned",
  mirrors: ["CKV_K8S_14", "CKV_K8S_43", "KSV-0013", "C-0075"],
  allowed: "an image with a tag other than latest, or with a digest",
  fix: "set a tag or, better, a digest",
  find: ({ release }): Finding[] =>
    imageFindings(release, (image) => {
      const parsed = parseImage(image);
      return parsed === undefined || !isPinned(parsed);
    }),
};
