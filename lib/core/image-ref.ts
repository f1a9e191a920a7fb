/** Container image references: taken apart, put together, moved to another registry. */

/** The parts of an image reference. */
export interface ImageRef {
  /** Registry host with optional port; `docker.io` where the text names none. */
  readonly registry: string;
  /** Repository path, such as `library/flink`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:<64 hex>`. */
  readonly digest?: string;
}

const REFERENCE = /^(?<path>[^@\s]+?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._-]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._-]|__|-+)[a-z0-9]+)*)*$/;

/** The parts of `text`, or `undefined` where it is no image reference. */
export function parseImage(text: string): ImageRef | undefined {
  const found = REFERENCE.exec(text)?.groups;
  if (!found?.["path"]) return undefined;
  const [first = "", ...rest] = found["path"].split("/");
  const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = named ? first : "docker.io";
  const path = named ? rest.join("/") : found["path"];
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  if (!REPOSITORY.test(repository)) return undefined;
  return { registry, repository, ...(found["tag"] && { tag: found["tag"] }), ...(found["digest"] && { digest: found["digest"] }) };
}

/** The reference as a container runtime reads it. */
export function formatImage(image: ImageRef): string {
  const tag = image.tag ? `:${image.tag}` : "";
  const pinned = image.digest ? `@${image.digest}` : "";
  return `${image.registry}/${image.repository}${tag}${pinned}`;
}

/** Pinned by digest, or by a tag other than `latest`? */
export function isPinned(image: ImageRef): boolean {
  return image.digest !== undefined || (image.tag !== undefined && image.tag !== "latest");
}

/**
 * The same image in another registry; its former registry is not part of the path. An image of the mirror's own host stays as it is:
 * it was mirrored before, or it is the user's own.
 *
 * @param mirror host, or host and path prefix, such as `registry.example.com/mirror`
 */
export function mirrorImage(image: ImageRef, mirror: string): ImageRef {
  const [registry = mirror, ...prefix] = mirror.split("/");
  return image.registry === registry ? image : { ...image, registry, repository: [...prefix, image.repository].join("/") };
}
