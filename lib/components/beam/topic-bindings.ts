/** Topics that a pipeline reads and writes: what its file gets from them, and what is wrong with it. */

import type { BeamPipelineDocument } from "#lib/beam/document";
import type { ValueSite } from "#lib/beam/node";
import { type RenderOptions, sitesNamed } from "#lib/beam/render-pipeline";
import { secretsOf } from "#lib/beam/secrets";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { ITopic, TopicAccess } from "#lib/kube/topic";
import { type ClientProperties, javaProperties, librdkafkaProperties } from "#lib/kube/topic-clients";

/** What pipelines do with topics. */
type TopicUse = "sources" | "sinks";

/** Topics of a pipeline by the names or types of its transforms. */
export type PipelineTopics = Readonly<Record<TopicUse, Readonly<Record<string, ITopic>>>>;

/** A topic, and the transform that reads or writes it. */
export interface WiredTopic {
  readonly use: TopicUse;
  /** Name or type of the transform. */
  readonly transform: string;
  readonly topic: ITopic;
  readonly access: TopicAccess;
}

/** What the file gets, or what is wrong with it. */
interface TopicBindings {
  readonly bindings: RenderOptions["bindings"];
  readonly problems: readonly Problem[];
}

/** Keys of a transform's config that hold properties of its client. Sources: Beam 2.77, ReadFromKafka and WriteToKafka; `client_config` is for transforms of one's own in Python. */
const CONFIG_KEYS: Readonly<Record<TopicUse, Readonly<Record<string, (access: TopicAccess) => ClientProperties>>>> = {
  sources: { consumer_config: javaProperties, client_config: librdkafkaProperties },
  sinks: { producer_config_updates: javaProperties, client_config: librdkafkaProperties },
};

/** Opens the topics to a pipeline. */
export function enterTopics(topics: PipelineTopics, client: { readonly name: string; readonly namespace: string }): WiredTopic[] {
  return (["sources", "sinks"] as const).flatMap((use) =>
    Object.entries(topics[use]).map(([transform, topic]) => ({
      use,
      transform,
      topic,
      access: topic.enter({ ...client, access: use === "sources" ? "read" : "write" }),
    })),
  );
}

/** Bindings of a file for its topics; `path` is the path of the pipeline's props. */
export function topicBindings(document: BeamPipelineDocument, wired: readonly WiredTopic[], path: string): TopicBindings {
  const all = wired.map((one) => bindingsOf(document, one, joinPath(`${path}.topics.${one.use}`, [one.transform])));
  return {
    bindings: Object.assign({}, ...all.map(({ bindings }) => bindings)),
    problems: all.flatMap(({ problems }) => problems),
  };
}

function bindingsOf(document: BeamPipelineDocument, { use, transform, topic, access }: WiredTopic, path: string): TopicBindings {
  const at = (key: string) => sitesNamed(document, `${transform}.${key}`);
  const configs = Object.entries(CONFIG_KEYS[use]);
  const [config, propertiesOf] = configs.find(([key]) => at(key).length > 0) ?? [];
  const missing = ["topic", "bootstrap_servers"].filter((key) => at(key).length === 0);
  if (config === undefined || propertiesOf === undefined) missing.push(configs.map(([key]) => key).join(" or "));
  if (config === undefined || propertiesOf === undefined || missing.length > 0)
    return { bindings: {}, problems: [keysMissing(transform, missing, path)] };
  const problems = at(config).flatMap((site) => configProblems(document, site, path));
  return {
    problems,
    bindings: {
      [`${transform}.topic`]: { type: "value", value: topic.topic },
      [`${transform}.bootstrap_servers`]: { type: "value", value: access.bootstrapServers },
      [`${transform}.${config}`]: {
        type: "properties",
        entries: use === "sources" ? withGroup(propertiesOf(access), access, at(config)) : propertiesOf(access),
      },
    },
  };
}

/** A broker may let a client into its own consumer groups only; a group that the file names stays. */
function withGroup(properties: ClientProperties, { group }: TopicAccess, sites: readonly ValueSite[]): ClientProperties {
  const named = sites.some(({ entries }) => entries.has("group.id"));
  return group === undefined || named ? properties : { ...properties, "group.id": group };
}

function keysMissing(transform: string, missing: readonly string[], path: string): Problem {
  return {
    id: "pipelines.topic-keys",
    path,
    got: `a file in which ${transform} has no ${missing.join(", ")}`,
    allowed: "the name or type of a transform whose config has these keys, even if empty",
    fix: "write the keys into the file, or name another transform",
  };
}

/** What stands in the config stays as it is, so that it must be plain, and no secret. */
function configProblems(document: BeamPipelineDocument, site: ValueSite, path: string): Problem[] {
  const entries = [...site.entries];
  const isPlain = ({ kind, style, start, end }: ValueSite) =>
    (kind === "scalar" || kind === "unknown") && style !== "block" && !document.text.slice(start, end).includes("\n");
  const secrets = secretsOf(document).filter(({ start, end, state }) => state === "clear" && start >= site.start && end <= site.end);
  const isMap = site.kind === "map" || (site.kind === "scalar" && site.scalar === null);
  if (isMap && secrets.length === 0 && entries.every(([, value]) => isPlain(value))) return [];
  return [
    {
      id: "pipelines.topic-config",
      path,
      got: secrets.length > 0 ? "a secret in clear text beside the properties of the topic" : "properties that are not scalars of one line",
      allowed: "a mapping of plain properties without secrets: those of the connection are written by this program",
      fix: "remove the property from the file",
    },
  ];
}
