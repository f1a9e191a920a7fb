/** OAuth2 Proxy at the pinned version: an image, and no operator. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of OAuth2 Proxy. */
export const oauth2ProxyPin = {
  name: "oauth2-proxy",
  licence: "MIT",
  source: "https://github.com/oauth2-proxy/oauth2-proxy tag v7.15.6: pkg/apis/options, pkg/middleware, Dockerfile",
  images: { proxy: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.6" },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
