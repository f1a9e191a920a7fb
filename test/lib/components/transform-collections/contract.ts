/** Collections of transforms in the contract suite. */

import {
  TransformCollection,
  type TransformCollectionProps,
  transformCollectionSchema,
  transformCollectionsPin,
} from "#lib/components/transform-collections/index";
import { secretRef } from "#lib/core/secret-ref";
import { contractEntry } from "../../../contract/entry";
import { garden } from "./locks";

const netrc = secretRef("index", "netrc");

const collection = contractEntry<TransformCollectionProps>({
  title: "TransformCollection",
  pin: transformCollectionsPin,
  schema: transformCollectionSchema,
  build: (scope, props) => new TransformCollection(scope, "Subject", { ...props, name: "subject" }).enter("flink"),
  smallest: { lock: garden, place: { type: "volume" } },
  variants: {
    lock: { lock: { ...garden, python: "3.12" } },
    place: { place: { type: "volume", index: "https://pypi.example.com:8443/simple", netrc } },
  },
  refused: {
    "spec.wrong-value": { place: { type: "volume", index: "https://user:any@pypi.example.com/simple" } },
    "transform-collections.incomplete-lock": { lock: { ...garden, packages: garden.packages.slice(1) } },
  },
});

/** What the contract suite tries. */
export const entries = [collection];
