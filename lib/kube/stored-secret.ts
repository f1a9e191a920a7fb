/** The prop of a secret: a value of a store of secrets, by the store's name and where the value is in it. */

import { z } from "zod";
import { ref } from "./props";

const entrySchema = z.string().regex(/^[^\s]{1,512}$/, { error: "the name of an entry, without blanks" });

/** A value of a store. */
export const storedSecretSchema = z.strictObject({
  /** A value of a store of secrets. */
  type: z.literal("stored-secret"),
  /** Store that has the value, such as a key of `externalSecrets.stores`. */
  store: ref("secretStore"),
  /** Name of the entry in the store. */
  key: entrySchema,
  /** Field of the entry. @default the whole entry */
  property: entrySchema.optional(),
});
