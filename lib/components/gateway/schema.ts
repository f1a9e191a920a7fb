/** Props of the gateway. */

import { z } from "zod";
import { labelNameSchema, subdomainNameSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Where requests come from, for network policies. */
const sourceSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Pods of the controller's data plane, such as Envoy. */
    type: z.literal("pods"),
    /** Namespace of the pods; its network policies belong to the controller's owner. */
    namespace: labelNameSchema,
    /** Labels of the pods. @default every pod of the namespace */
    labels: z.record(z.string().min(1), z.string()).default({}),
  }),
  z.strictObject({
    /** No pods: load balancers of a cloud, or programs on the nodes. The ports of the UIs and proxies are open to everybody who reaches them. */
    type: z.literal("anywhere"),
  }),
]);

const issuerSchema = z.strictObject({
  /** Kind of the issuer. @default "ClusterIssuer" */
  kind: z.enum(["ClusterIssuer", "Issuer"]).default("ClusterIssuer"),
  /** Name of the issuer. It must exist, for an Issuer in the gateway's namespace. */
  name: subdomainNameSchema,
});

const throughSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A Gateway of this environment, with a certificate for each host. */
    type: z.literal("gateway-class"),
    /** Name of the GatewayClass; its controller exists on the cluster. */
    class: subdomainNameSchema,
    /** Namespace of the Gateway and its certificates. @default "gateway" */
    namespace: labelNameSchema.default("gateway"),
    /** Issuer of cert-manager that signs the certificates. */
    issuer: issuerSchema,
    /** Where requests come from. */
    source: sourceSchema,
  }),
  z.strictObject({
    /** A Gateway that exists, with its own listeners and certificates. */
    type: z.literal("existing"),
    /** Name of the Gateway; it must admit routes from the namespaces of the UIs and proxies. */
    name: subdomainNameSchema,
    /** Namespace of the Gateway. */
    namespace: labelNameSchema,
    /** Listener that the routes attach to. @default every listener that admits them */
    listener: labelNameSchema.optional(),
    /** Where requests come from. */
    source: sourceSchema,
  }),
]);

const hostSchema = z.string().regex(/^(?=.{4,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)+$/, {
  error: "a host name with a domain, such as mlflow.example.com",
});

const routeSchema = z.strictObject({
  /** Host name that browsers use. */
  host: hostSchema,
  /** What has the UI, by its path in this file, such as mlflow.servers.main. */
  to: z.string().regex(/^[a-zA-Z][\w.-]*$/, { error: "a path such as mlflow.servers.main" }),
  /** Who signs people in before they see the UI, such as a key of `oauth2Proxy.providers`. @default nobody, which only UIs with authentication of their own may have */
  signIn: ref("signIn").optional(),
});

/** Section `gateway`. */
export const gatewaySchema = z.strictObject({
  /** Gateway that the routes go through. */
  through: throughSchema,
  /** Routes to UIs by name. */
  routes: z.record(labelNameSchema.max(40), routeSchema),
});

/** Props of the gateway. */
export type GatewayProps = PropsOf<typeof gatewaySchema>;

/** Settings of the gateway: its props with every default filled in. */
export type GatewaySettings = SettingsOf<typeof gatewaySchema>;

/** Settings of a route. */
export type RouteSettings = GatewaySettings["routes"][string];
