/** Images of the stack at any version. */

import { formatImage, parseImage } from "#lib/core/image-ref";
import { elasticsearchPin } from "./pin";

/** The pinned image at another version. */
export function imageOf(product: "elasticsearch" | "kibana", version: string): string {
  const pinned = parseImage(elasticsearchPin.images[product]);
  if (!pinned) throw new Error(`the pinned image of ${product} is no image reference`);
  return formatImage({ ...pinned, tag: version });
}
