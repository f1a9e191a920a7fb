/** An OIDC issuer on loopback that signs one user in at once, for tests of its clients. */

import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An issuer that runs. */
export interface Issuer {
  readonly url: string;
  /** Client secrets that token requests had. */
  readonly secrets: readonly string[];
  readonly server: Server;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(claims: object): string {
  const text = `${part({ alg: "RS256", kid: "1", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

/** Starts an issuer that says `claims` of whoever asks. */
export async function startIssuer(claims: object): Promise<Issuer> {
  const asked = new Map<string, { readonly nonce: string; readonly challenge: string }>();
  const secrets: string[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers: Record<string, (query: URLSearchParams, authorization: string) => object> = {
    "/.well-known/openid-configuration": () => ({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
    }),
    "/keys": () => ({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] }),
    "/token": (query, authorization) => {
      const known = asked.get(query.get("code") ?? "");
      const verifier = createHash("sha256")
        .update(query.get("code_verifier") ?? "")
        .digest("base64url");
      if (!known || verifier !== known.challenge) return { error: "invalid_grant" };
      const basic = Buffer.from(authorization.replace("Basic ", ""), "base64").toString().split(":")[1] ?? "";
      secrets.push(query.get("client_secret") ?? decodeURIComponent(basic.replaceAll("+", " ")));
      const now = Math.floor(Date.now() / 1000);
      const id = token({ iss: url, aud: "beamstack", sub: "1", iat: now, exp: now + 3600, nonce: known.nonce, ...claims });
      return { access_token: "opaque", token_type: "Bearer", expires_in: 3600, id_token: id };
    },
  };
  server.on("request", (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    if (pathname === "/authorize") {
      const code = `code-${asked.size}`;
      asked.set(code, { nonce: searchParams.get("nonce") ?? "", challenge: searchParams.get("code_challenge") ?? "" });
      const back = new URL(searchParams.get("redirect_uri") ?? url);
      back.search = new URLSearchParams({ code, state: searchParams.get("state") ?? "" }).toString();
      return void response.writeHead(302, { location: back.toString() }).end();
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body = new URLSearchParams(Buffer.concat(chunks).toString());
      const answer = answers[pathname]?.(body, request.headers.authorization ?? "");
      response.writeHead(answer ? ("error" in answer ? 400 : 200) : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  return { url, secrets, server };
}
