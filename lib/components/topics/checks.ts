/** Rules on topics that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { ExistingTopicSettings } from "./schema";

/** Problems of a topic that exists; `path` is its path in the file. */
export function existingTopicProblems(topic: ExistingTopicSettings, path: string): Problem[] {
  const needs = secretsOf(topic);
  const { namespaces, ca, tls } = topic;
  if (ca && !tls) return [caWithoutTls(ca.name, path)];
  if (needs.length > 0 && namespaces.length === 0) return [withoutNamespaces(needs, path)];
  if (needs.length === 0 && namespaces.length > 0) return [withoutSecrets(namespaces, path)];
  return [];
}

/** Names of the Secrets that clients of a topic refer to. */
function secretsOf({ credentials, ca }: ExistingTopicSettings): string[] {
  const password = credentials.type === "none" ? [] : [credentials.password.name];
  return [...new Set([...password, ...(ca ? [ca.name] : [])])];
}

function caWithoutTls(name: string, path: string): Problem {
  return {
    id: "topics.ca-without-tls",
    path: `${path}.ca`,
    got: `the CA of ${name} for connections without TLS`,
    allowed: "a CA with tls: true",
    fix: "remove tls, or ca",
  };
}

/** Pods can refer to Secrets of their own namespace only. */
function withoutNamespaces(secrets: readonly string[], path: string): Problem {
  return {
    id: "topics.secrets-without-namespaces",
    path: `${path}.namespaces`,
    got: `the Secrets ${secrets.join(", ")} and no namespace that has them`,
    allowed: "each namespace whose pods use the topic",
    fix: 'list the namespaces, such as namespaces: ["flink"], and create the Secrets in each',
  };
}

function withoutSecrets(namespaces: readonly string[], path: string): Problem {
  return {
    id: "topics.namespaces-without-secrets",
    path: `${path}.namespaces`,
    got: namespaces.join(", "),
    allowed: "no namespaces for a topic without Secrets",
    fix: "remove namespaces: every namespace may use the topic",
  };
}

/** The problem of a client in a namespace without the Secrets of a topic; none elsewhere. */
export function clientProblems(topic: ExistingTopicSettings, client: string, place: ProblemPlace): Problem[] {
  const needs = secretsOf(topic);
  if (needs.length === 0 || topic.namespaces.includes(client)) return [];
  return [
    {
      ...place,
      got: `pods in namespace ${client}, and the Secrets ${needs.join(", ")} in ${topic.namespaces.join(", ") || "no namespace"}`,
      allowed: "clients in namespaces that have the Secrets",
      fix: `create the Secrets in ${client} and add it to ${place.path}`,
    },
  ];
}

/** A topic that nothing refers to and nobody may use has no effect. */
export const UNUSED = {
  id: "topics.unused",
  got: "a topic that exists and that nothing uses",
  allowed: "topics that pipelines read or write",
  fix: "refer to it, such as pipelines.<name>.topics.sources, or remove it",
  severity: "warning",
} as const;
