/** The props of cert-manager as a schema: input from outside is checked against it. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import type { CertManagerProps } from "./props";

/** Schema of {@link CertManagerProps}. */
export const certManagerSchema = z.strictObject({
  replicas: z.int().min(1).max(10).optional(),
  selfSignedIssuer: labelNameSchema.optional(),
}) satisfies z.ZodType<CertManagerProps>;
