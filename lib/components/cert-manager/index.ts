/** cert-manager: certificates inside the cluster. */

export { CertManager, type CertManagerPlace } from "./cert-manager";
export { certManagerPin } from "./pin";
export { type CertManagerProps, certManagerDefaults } from "./props";
export { certManagerSchema } from "./schema";
