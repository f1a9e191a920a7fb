/** cert-manager: certificates inside the cluster. */

export { CertManager } from "./cert-manager";
export { certManagerPin } from "./pin";
export { type CertManagerProps, certManagerSchema } from "./schema";
export { certManager } from "./section";
