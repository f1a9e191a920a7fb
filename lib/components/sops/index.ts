/** SOPS: encrypted Secrets in a GitOps tree. */

export { sopsPin } from "./pin";
export { type SopsFileProps, sopsFileSchema, sopsSectionSchema } from "./schema";
export { sops } from "./section";
export { SopsFile, type SopsFilePlace } from "./sops-file";
