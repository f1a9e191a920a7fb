/** Beam YAML's transforms as functions: each takes the fields of its configuration and gives the transform as data. */

import type { JsonValue } from "#lib/core/json";
import { type BeamConfigs, beamTransforms } from "#lib/imports/beam/index";
import type { BeamTransformSpec, BeamWindowing } from "../pipeline-spec";
import { Verbatim, type YamlMap } from "../yaml-text";

/** Type of a transform that Beam brings. */
export type BeamTransformType = keyof BeamConfigs;

/** A value that may be Jinja instead. */
type Open<Value> = JsonValue extends Value
  ? Value | YamlMap | Verbatim
  : Value extends object
    ? Verbatim | { readonly [Key in keyof Value]: Open<Value[Key]> }
    : Value | Verbatim;

/** Fields of a transform's configuration; each may be Jinja. */
export type BeamConfig<Type extends BeamTransformType> = { readonly [Field in keyof BeamConfigs[Type]]: Open<BeamConfigs[Type][Field]> };

/** A transform, or one of its outputs as {@link outputOf} gives it, or the name of either. */
export type BeamInput = BeamTransformSpec | string;

/** What a transform has beside its configuration. */
export interface BeamTransformOptions {
  /** What other transforms call it. @default its type */
  readonly name?: string;
  /** What it reads: one, several that are flattened, or some by name; `{}` where it starts from nothing. @default none, or the one before it in a chain */
  readonly input?: BeamInput | readonly BeamInput[] | Readonly<Record<string, BeamInput>>;
  /** Windows of its inputs, or of its output where it has no input. @default those of its inputs */
  readonly windowing?: BeamWindowing;
  /** Such as `min_ram` and `accelerator`. @default none */
  readonly resource_hints?: YamlMap;
}

/** What a chain or composite has. */
export interface BeamCompositeOptions extends BeamTransformOptions {
  /** What it gives out: an output of its transforms, or some by name. @default that of the last transform in a chain, else none */
  readonly output?: BeamInput | Readonly<Record<string, BeamInput>>;
}

/** A transform of a known configuration. */
export interface BeamStep<Config> extends BeamTransformSpec {
  /** Its configuration, by which {@link outputOf} knows its outputs. */
  readonly config: YamlMap & Config;
}

/** Required where the configuration has a field that must be given. */
type Arguments<Type extends BeamTransformType, Config> =
  object extends BeamConfig<Type> ? [config?: Config, options?: BeamTransformOptions] : [config: Config, options?: BeamTransformOptions];

/** Fields that the transform does not have. */
type Surplus<Type extends BeamTransformType, Config> = { readonly [Field in Exclude<keyof Config, keyof BeamConfigs[Type]>]: never };

/** Makes a transform of one type. */
type BeamTransform<Type extends BeamTransformType> = <const Config extends BeamConfig<Type>>(
  ...of: Arguments<Type, Config & Surplus<Type, Config>>
) => BeamStep<Config>;

/** Functions by type. */
type BeamTransforms = { readonly [Type in BeamTransformType]: BeamTransform<Type> };

const TYPES = [...new Set(Object.keys(beamTransforms).map((name) => name.replace(/-\w+$/, "")))];

/** Every transform that Beam brings: `transforms.Create({ elements: [1] }, { name: "Numbers" })`. */
export const transforms = Object.fromEntries(
  TYPES.map((type) => [type, (config?: YamlMap, options?: BeamTransformOptions) => transform(type, config, options)]),
) as unknown as BeamTransforms;

/** A transform of a provider, whose fields are not known here. */
export function transform(type: string, config?: YamlMap, options: BeamTransformOptions = {}): BeamTransformSpec {
  return { type, ...ends(options), ...(config && { config }) };
}

/** Transforms of which each reads the one before. */
export function chain(steps: readonly BeamTransformSpec[], options: BeamCompositeOptions = {}): BeamTransformSpec {
  return { type: "chain", ...ends(options), transforms: steps };
}

/** Transforms that are one transform for others. */
export function composite(steps: readonly BeamTransformSpec[], options: BeamCompositeOptions = {}): BeamTransformSpec {
  return { type: "composite", ...ends(options), transforms: steps };
}

/** Names of the outputs that a configuration tells. */
type OutputsOf<Config> = Config extends { readonly error_handling: { readonly output: infer Errors extends string } }
  ? "good" | Errors
  : Config extends { readonly outputs: readonly (infer Part extends string)[] }
    ? Part
    : string;

/** One output of a transform, such as its errors: `outputOf(parsed, "errors")`. Each output of errors must be read. */
export function outputOf<Config>(step: BeamStep<Config>, output: OutputsOf<Config>): string {
  return `${nameOf(step)}.${output}`;
}

/** YAML or Jinja that stands in the file as it is: `verbatim("{{ size }}")`, in quotes where it is to be a text. */
export function verbatim(text: string): Verbatim {
  return new Verbatim(text);
}

function nameOf(input: BeamInput): string {
  return typeof input === "string" ? input : (input.name ?? input.type);
}

/** Transforms are named in the file, whether by objects or by texts here. */
function ends({ input, output, ...rest }: BeamCompositeOptions): YamlMap {
  return {
    ...rest,
    ...(input !== undefined && { input: namesOf(input) }),
    ...(output !== undefined && { output: namesOf(output) }),
  };
}

function namesOf(input: BeamInput | readonly BeamInput[] | Readonly<Record<string, BeamInput>>) {
  if (isList(input)) return input.map(nameOf);
  if (isInput(input)) return nameOf(input);
  return Object.fromEntries(Object.entries(input).map(([key, one]) => [key, nameOf(one)]));
}

function isList(input: object | string): input is readonly BeamInput[] {
  return Array.isArray(input);
}

/** What has a type is a transform: no input is called so here. */
function isInput(input: BeamInput | Readonly<Record<string, BeamInput>>): input is BeamInput {
  return typeof input === "string" || typeof input["type"] === "string";
}
