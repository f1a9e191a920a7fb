/** Props of pre-trained models for tests. */

import { Size } from "#lib/core/size";

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A small embedding model of the Hugging Face Hub, in a volume. */
export const bert = {
  source: { type: "hugging-face", repository: "acme/bert", revision: "5".repeat(40) },
  files: { "model.safetensors": digestOf("a"), "config.json": digestOf("b"), "1_Pooling/config.json": digestOf("c") },
  size: Size.mebibytes(130),
  licence: "apache-2.0",
  place: { type: "volume", namespaces: ["models"] },
} as const;

/** An artifact of a registry. */
export const artifact = `ghcr.io/acme/bert@${digestOf("d")}`;
