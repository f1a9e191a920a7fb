/** What a platform team may say of cert-manager, and what holds when it says nothing. */

/** Props of cert-manager. */
export interface CertManagerProps {
  /** Pods of the controller, the webhook and the CA injector each; more than one also gets a disruption budget. @default 1 */
  readonly replicas?: number;
  /** Name of the self-signed ClusterIssuer that certificates inside the cluster may use. @default "beamstack-selfsigned" */
  readonly selfSignedIssuer?: string;
}

/** Values that hold when a prop is not given. */
export const certManagerDefaults = {
  replicas: 1,
  selfSignedIssuer: "beamstack-selfsigned",
} as const satisfies Required<CertManagerProps>;
