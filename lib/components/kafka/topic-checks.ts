/** Rules on topics of a cluster, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { joinPath, show } from "#lib/core/schema";
import type { TopicAsk } from "#lib/kube/topic";
import type { Copies } from "./replicas";

/** What a cluster offers to topics. */
export interface TopicLimits extends Copies {
  readonly brokers: number;
  /** Must records survive the loss of a broker? */
  readonly production: boolean;
}

/** Settings of topics that props set. */
const OWN = new Set(["cleanup.policy", "min.insync.replicas", "retention.ms", "retention.bytes"]);

/** Problems of a topic; `path` is its path in the file. */
export function topicProblems(ask: TopicAsk, limits: TopicLimits, path: string): Problem[] {
  return [...nameProblems(ask, path), ...replicaProblems(ask, limits, path), ...settingProblems(ask, path)];
}

/** Source: Kafka 4.3, Topic.java. */
function nameProblems({ topic }: TopicAsk, path: string): Problem[] {
  if (/^(?!\.{1,2}$)[\w.-]{1,249}$/.test(topic)) return [];
  return [
    {
      id: "kafka.topic-name",
      path: `${path}.topic`,
      got: show(topic),
      allowed: "1 to 249 letters, digits, -, _ and .",
      fix: "rename the topic",
    },
  ];
}

/** One problem: too few brokers, else too few copies. Source: Kafka 4.3 documentation, min.insync.replicas. */
function replicaProblems(ask: TopicAsk, limits: TopicLimits, path: string): Problem[] {
  const { brokers, production } = limits;
  const { replicationFactor = limits.replicationFactor, minInsyncReplicas = defaultMinimum(replicationFactor, limits) } = ask;
  const most = Math.max(1, replicationFactor - 1);
  if (replicationFactor > brokers)
    return [
      {
        id: "kafka.topic-without-replicas",
        path: `${path}.replicationFactor`,
        got: `${replicationFactor} copies on ${brokers} brokers`,
        allowed: `at most ${brokers}, because each copy needs a broker of its own`,
        fix: "lower replicationFactor, or raise the replicas of a node pool with the role broker",
      },
    ];
  if (production && replicationFactor < 2 && limits.replicationFactor > 1)
    return [
      {
        id: "kafka.topic-with-one-copy",
        path: `${path}.replicationFactor`,
        got: "one copy of each record in production",
        allowed: `2 to ${brokers}, because records are lost with the volume of a broker`,
        fix: "raise replicationFactor, or remove it",
      },
    ];
  if (minInsyncReplicas <= most) return [];
  return [
    {
      id: "kafka.topic-min-insync-replicas",
      path: `${path}.minInsyncReplicas`,
      got: `${minInsyncReplicas} of ${replicationFactor} copies before a record counts as written`,
      allowed: `at most ${most}, or nothing could be written while a broker restarts`,
      fix: "lower minInsyncReplicas, or raise replicationFactor",
    },
  ];
}

/** A topic with fewer copies than others cannot keep their minimum. */
export function defaultMinimum(replicationFactor: number, limits: Copies): number {
  return Math.min(limits.minInsyncReplicas, Math.max(1, replicationFactor - 1));
}

function settingProblems({ config, cleanup, retention, retentionSize }: TopicAsk, path: string): Problem[] {
  const own = Object.entries(config)
    .filter(([name]) => OWN.has(name))
    .map(([name, value]) => ({
      id: "kafka.reserved-topic-setting",
      path: joinPath(`${path}.config`, [name]),
      got: show(value),
      allowed: "settings without a prop of their own",
      fix: "use the props cleanup, minInsyncReplicas, retention and retentionSize",
    }));
  if (cleanup === "delete" || (retention === undefined && retentionSize === undefined)) return own;
  return [
    ...own,
    {
      id: "kafka.retention-of-compacted",
      path: `${path}.${retention === undefined ? "retentionSize" : "retention"}`,
      got: "a retention of a topic that keeps the newest record of each key",
      allowed: 'retention with cleanup: "delete"',
      fix: "remove it, or cleanup",
    },
  ];
}
