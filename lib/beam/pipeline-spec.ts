/** A Beam pipeline written as typed data instead of YAML, and the YAML it is. */

import { blockYaml, type YamlMap, type YamlValue } from "./yaml-text";

/** How the elements of a collection are put into windows. Durations are numbers of seconds or texts such as `60s`. */
export type BeamWindowing =
  | { readonly type: "global" }
  | { readonly type: "fixed"; readonly size: string | number; readonly offset?: string | number }
  | { readonly type: "sliding"; readonly size: string | number; readonly period: string | number; readonly offset?: string | number }
  | { readonly type: "sessions"; readonly gap: string | number };

/** One transform. Keys that this type does not name are kept. */
export interface BeamTransformSpec extends YamlMap {
  /** A transform of Beam, of a provider, or `chain` or `composite`. */
  readonly type: string;
  /** What other transforms call it. @default its type */
  readonly name?: string;
  /** @default none */
  readonly config?: YamlMap;
}

/** What runs. */
interface BeamGraphSpec extends YamlMap {
  /** `chain` feeds each transform from the one before. @default "composite" */
  readonly type?: "chain" | "composite";
  /** @default none, where source and sink are given */
  readonly transforms?: readonly BeamTransformSpec[];
  /** Transforms beside a chain, such as those that read its errors. @default none */
  readonly extra_transforms?: readonly BeamTransformSpec[];
  /** The first transform. @default the first of transforms */
  readonly source?: BeamTransformSpec;
  /** The last transform. @default the last of transforms */
  readonly sink?: BeamTransformSpec;
  /** Windows of everything that the pipeline reads. @default one window */
  readonly windowing?: BeamWindowing;
}

/** Where transforms that are not Beam's own come from. */
export type BeamProviderSpec =
  | { readonly include: string }
  | Provider<"python", { readonly packages?: readonly string[] }>
  | Provider<"pythonPackage", { readonly packages: readonly string[] }>
  | Provider<"javaJar", { readonly jar: string }>
  | Provider<"mavenJar", MavenArtifact>
  | Provider<"beamJar", { readonly gradle_target: string; readonly version?: string; readonly artifact_id?: string }>
  | Provider<"remote", { readonly address: string }>
  | Provider<"renaming", { readonly mappings: YamlMap; readonly underlying_provider: YamlMap; readonly defaults?: YamlMap }>;

interface Provider<Type extends string, Config> {
  readonly type: Type;
  readonly config: Config;
  /** What each transform stands for: a class, the source of a function, or a URN. */
  readonly transforms: Readonly<Record<string, string>>;
}

interface MavenArtifact {
  readonly artifact_id: string;
  readonly group_id: string;
  readonly version: string;
  /** @default Maven Central */
  readonly repository?: string;
  /** @default none */
  readonly classifier?: string;
  /** @default none */
  readonly appendix?: string;
}

/** Elements that go in or come out of a transform of this name. */
interface BeamTestElements {
  readonly name: string;
  readonly elements: readonly YamlValue[];
}

/** A test that Beam's own test runner runs. */
export interface BeamTestSpec {
  /** @default none */
  readonly name?: string;
  /** @default none */
  readonly mock_inputs?: readonly BeamTestElements[];
  /** @default none */
  readonly mock_outputs?: readonly BeamTestElements[];
  /** @default none */
  readonly expected_inputs?: readonly BeamTestElements[];
  /** @default none */
  readonly expected_outputs?: readonly BeamTestElements[];
  /** Types of sources that are read as they are. @default none */
  readonly allowed_sources?: readonly string[];
}

/** A pipeline file as data. Texts are literal: Jinja in them does nothing, that of `verbatim` is rendered. */
export interface BeamPipelineSpec {
  readonly pipeline: BeamGraphSpec;
  /** Where transforms that are not Beam's own come from. @default none */
  readonly providers?: readonly BeamProviderSpec[];
  /** Pipeline options. @default none */
  readonly options?: YamlMap;
  /** Tests of Beam YAML, which `pipeline test` runs. @default none */
  readonly tests?: readonly BeamTestSpec[];
}

/** The pipeline as Beam YAML. */
export function pipelineYaml(spec: BeamPipelineSpec): string {
  return blockYaml(plain(spec));
}

/** Interfaces have no index signature: their entries are taken one by one. */
function plain(value: object): YamlMap {
  return Object.fromEntries(Object.entries(value));
}
