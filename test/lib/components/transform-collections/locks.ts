/** Locks of collections, as the command writes them. */

import type { LockedCollection } from "#lib/beam/collection-lock";

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A collection with one transform and one dependency. */
export const garden: LockedCollection = {
  package: "my-garden==1.0",
  python: "3.11",
  beam: "2.77.0",
  packages: [
    { package: "my-garden==1.0", hash: digestOf("1") },
    { package: "unidecode==1.4.0", hash: digestOf("2") },
  ],
  transforms: {
    Again: {
      class: "my_garden.repeat.Repeat",
      description: "Repeats texts.",
      source: digestOf("3"),
      schema: {
        type: "object",
        properties: { times: { type: "integer" }, separator: { anyOf: [{ type: "string" }, { type: "null" }], default: null } },
        required: ["times"],
        additionalProperties: false,
      },
    },
  },
};
