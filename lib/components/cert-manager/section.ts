/** Section `certManager` of the environment file. */

import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/cert-manager/index";
import { installedIn, isForeign } from "#lib/kube/existing";
import { webhookNeed } from "#lib/kube/network-settings";
import { CertManager } from "./cert-manager";
import { certManagerPin } from "./pin";
import { certManagerSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** cert-manager, which issues the certificates of webhooks. @default not installed */
    certManager: typeof certManagerSchema;
  }
}

/** Namespace of the operator. */
const NAMESPACE = "cert-manager";

/** cert-manager. */
export const certManager = section({
  key: "certManager",
  stage: "foundation",
  pin: certManagerPin,
  crds: definitions,
  schema: certManagerSchema,
  gives: ["certificateIssuer"],
  foreign: ({ existing }) => (existing ? [{ namespace: installedIn(existing, NAMESPACE), path: [] }] : []),
  build(settings, site) {
    const namespace = isForeign(site.chart, settings.existing) ? installedIn(settings.existing, NAMESPACE) : NAMESPACE;
    site.namespace(namespace, [], webhookNeed(site.chart));
    const scope = site.part([], { namespace, priority: "beamstack-system" });
    const made = new CertManager(scope, "CertManager", settings);
    made.operator.node.addDependency(site.priorityClasses);
    site.give("certificateIssuer", "cert-manager", made);
  },
});
