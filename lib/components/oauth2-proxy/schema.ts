/** Props of OAuth2 Proxy. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

const secretSchema = z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]);

/** The proxy takes $ for the beginning of a variable's name. */
const groupSchema = z.string().regex(/^[^$]{1,253}$/, { error: "1 to 253 characters without $" });

/** Props of a provider. */
export const oauth2ProviderSchema = z.strictObject({
  /** Namespace of the proxies, with the Secrets below. @default "oauth2-proxy" */
  namespace: labelNameSchema.default("oauth2-proxy"),
  /** URL of the OIDC issuer, which serves `/.well-known/openid-configuration`. */
  issuer: z.string().regex(/^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?(?:\/[^\s?#$]*)?$/, {
    error: "https://, a host name, an optional port and an optional path",
  }),
  /** ID of the client at the issuer; its redirect URIs are `https://<host>/oauth2/callback` of each route. */
  clientId: z.string().regex(/^[\x21-\x23\x25-\x7e]{1,256}$/, { error: "1 to 256 characters without blanks and $" }),
  /** Secret of the client, without a line break at its end. */
  clientSecret: secretSchema,
  /** Key that encrypts sessions in cookies, the same for all pods: 16, 24 or 32 bytes. */
  cookieSecret: secretSchema,
  /** Domains of the e-mail addresses of those who may sign in, such as example.com; `*` for everybody whom the issuer knows. */
  emailDomains: z
    .array(z.string().regex(/^(?:\*|\.?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/, { error: "a domain such as example.com, or *" }))
    .min(1)
    .max(100),
  /** Groups of whom a user must be in one; the issuer puts them into the claim `groups`. @default any user of these domains */
  groups: z.array(groupSchema).min(1).optional(),
  /** Scopes that the proxy asks the issuer for. @default ["openid","email","profile"] */
  scopes: z
    .array(z.string().regex(/^[\x21\x23\x25-\x5b\x5d-\x7e]+$/, { error: "a scope" }))
    .min(1)
    .default(["openid", "email", "profile"]),
  /** CA that signed the certificate of the issuer, as PEM. @default a public CA */
  ca: secretRefSchema.optional(),
  /** Pods of each proxy. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** Node pool. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `oauth2Proxy`. */
export const oauth2ProxySectionSchema = z.strictObject({
  /** Identity providers by name; routes of the gateway refer to them. */
  providers: z.record(labelNameSchema, oauth2ProviderSchema),
});

/** Props of a provider. */
export type OAuth2ProviderProps = PropsOf<typeof oauth2ProviderSchema>;

/** Settings of a provider: its props with every default filled in. */
export type OAuth2ProviderSettings = SettingsOf<typeof oauth2ProviderSchema>;
