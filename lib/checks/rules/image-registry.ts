/** With a mirror, no image comes from anywhere else. */

import { compareText } from "#lib/core/order";
import type { Release, ReleaseChart, ReleaseObject } from "#lib/release/release";
import type { Finding, Rule } from "../rule";

/** Images of the mirror's host are allowed below any path: users push their own images there. A host with the same beginning is another host. */
export const imageRegistry: Rule = {
  id: "image-registry",
  mirrors: ["KSV-0125", "kyverno restrict-image-registries", "gatekeeper allowedrepos"],
  allowed: "images of the environment's imageRegistry",
  fix: "get the image with imageFor, which applies the mirror",
  find: ({ release }, { imageRegistry: mirror }) => {
    if (mirror === undefined) return [];
    const [host] = mirror.split("/");
    return imageFindings(release, (image) => !image.startsWith(`${host}/`)).map((found) => ({ ...found, allowed: `${host}/...` }));
  },
};

/** One finding for each entry that runs an image the test finds wrong. */
export function imageFindings(release: Release, wrong: (image: string) => boolean): Finding[] {
  const entries = new Map<string, ReleaseObject | ReleaseChart>(
    [...release.objects, ...release.helmReleases].map((entry) => [entry.id, entry]),
  );
  return release.images
    .filter(({ image }) => wrong(image))
    .flatMap(({ image, usedBy }) => [...usedBy].sort(compareText).map((id) => ({ image, object: entries.get(id) })))
    .flatMap(({ image, object }) => (object ? [{ object, at: "image", got: image }] : []));
}
