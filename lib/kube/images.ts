/** Image registry: one setting moves every image of an environment to a mirror. */

import type { Construct, IConstruct } from "constructs";
import { formatImage, mirrorImage, parseImage } from "#lib/core/image-ref";

const REGISTRY = "beamstack-iac/image-registry";

/** Pulls every image below `scope` from `mirror` (a host with an optional path prefix). Call it before `scope` has children. */
export function setImageRegistry(scope: Construct, mirror: string): void {
  scope.node.setContext(REGISTRY, mirror);
}

/** The registry mirror of images below `scope`, if any. */
export function imageRegistryOf(scope: IConstruct): string | undefined {
  return scope.node.tryGetContext(REGISTRY) as string | undefined;
}

/**
 * The image reference to use in objects below `scope`: with an explicit registry, rewritten to the mirror if one is set.
 *
 * @throws when `reference` is no image reference
 */
export function imageFor(scope: IConstruct, reference: string): string {
  const image = parseImage(reference);
  if (!image) throw new Error(`not an image reference: ${reference}`);
  const mirror = imageRegistryOf(scope);
  return formatImage(mirror ? mirrorImage(image, mirror) : image);
}

/** An image as most charts take it: repository (with registry) and tag separately. */
export function repositoryAndTag(image: string): { readonly repository: string; readonly tag: string } {
  const colon = image.lastIndexOf(":");
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
}
