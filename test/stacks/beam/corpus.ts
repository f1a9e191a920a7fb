/** Beam YAML in every shape that Beam documents. Beam accepts each of them: the test asks it. */

const create = "{type: Create, name: In, config: {elements: [{k: 1, v: a}, {k: 2, v: b}]}}";

/** Legal documents by what is special about them. */
export const CORPUS: Readonly<Record<string, string>> = {
  composite: `pipeline:\n  transforms:\n    - ${create}\n    - {type: LogForTesting, input: In}\n`,
  chain: `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: LogForTesting\n`,
  "source and sink":
    `pipeline:\n  type: chain\n  source: ${create}\n  transforms: [{type: Explode, config: {fields: k}}]\n  sink: {type: LogForTesting}\n`.replace(
      "Explode, config: {fields: k}",
      "Reshuffle",
    ),
  "nested composite with an input map": `pipeline:\n  transforms:\n    - ${create}\n    - type: composite\n      name: Inner\n      input: {x: In}\n      transforms:\n        - {type: Reshuffle, input: x}\n      output: Reshuffle\n    - {type: LogForTesting, input: Inner}\n`,
  "flatten of a list of inputs": `pipeline:\n  transforms:\n    - ${create}\n    - {type: Create, name: More, config: {elements: [{k: 3, v: c}]}}\n    - {type: Flatten, input: [In, More]}\n    - {type: LogForTesting, input: Flatten}\n`,
  windowing: `pipeline:\n  type: chain\n  windowing: {type: fixed, size: 60s}\n  transforms:\n    - ${create}\n    - {type: Combine, config: {language: python, group_by: v, combine: {total: {value: k, fn: sum}}}}\n    - {type: LogForTesting}\n`,
  "sliding windows and sessions": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: WindowInto, windowing: {type: sliding, size: 1h, period: 30m}}\n    - {type: WindowInto, windowing: {type: sessions, gap: 10s}}\n    - {type: LogForTesting}\n`,
  "error handling": `pipeline:\n  transforms:\n    - ${create}\n    - {type: MapToFields, input: In, config: {language: python, append: true, fields: {x: 1 / k}, error_handling: {output: bad}}}\n    - {type: LogForTesting, name: Good, input: MapToFields}\n    - {type: LogForTesting, name: Bad, input: MapToFields.bad}\n`,
  "output schema": `pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config:\n        elements: [{k: 1, v: a}]\n        output_schema: {type: object, properties: {k: {type: integer}, v: {type: string}}}\n    - type: LogForTesting\n`,
  "resource hints": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: MapToFields, resource_hints: {min_ram: 1GB}, config: {language: python, fields: {k: k}}}\n    - {type: LogForTesting}\n`,
  "a callable over several lines": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: MapToFields\n      config:\n        language: python\n        fields:\n          k:\n            callable: |\n              def password(row):\n                # api_key: not a setting\n                return row.k + 1\n    - type: LogForTesting\n`,
  "options that are no texts": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: LogForTesting\noptions:\n  streaming: false\n  yaml_experimental_features: ['ML']\n  type_check_additional: all\n`,
  // Beam's own schema refuses this provider in the file itself, its code takes it: only without the schema's check.
  "a provider in YAML": `# json_schema_validation: none\npipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: Power, config: {n: 2}}\n    - {type: LogForTesting}\nproviders:\n  - type: yaml\n    transforms:\n      Power:\n        config_schema:\n          properties: {n: {type: integer}}\n        body:\n          type: MapToFields\n          config: {language: python, append: true, fields: {p: "k ** {% raw %}{{n}}{% endraw %}"}}\n`,
  "a Python provider written in place": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: Twice}\n    - {type: LogForTesting}\nproviders:\n  - type: python\n    config: {}\n    transforms:\n      Twice: |\n        @beam.ptransform_fn\n        def Twice(pcoll):\n          return pcoll | beam.Map(lambda row: beam.Row(k=int(row.k) * 2))\n`,
  "providers of every other type, unused": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: LogForTesting\nproviders:\n  - {type: javaJar, config: {jar: 'https://example.com/x.jar'}, transforms: {A: 'beam:schematransform:a:v1'}}\n  - {type: mavenJar, config: {artifact_id: a, group_id: b, version: '1'}, transforms: {B: 'beam:schematransform:b:v1'}}\n  - {type: beamJar, config: {gradle_target: 'sdks:java:x:shadowJar'}, transforms: {C: 'beam:schematransform:c:v1'}}\n  - {type: renaming, transforms: {D: Create}, config: {mappings: {D: {rows: elements}}, underlying_provider: {type: beamJar, transforms: {Create: 'beam:x:v1'}, config: {gradle_target: 'sdks:java:x:shadowJar'}}}}\n`,
  "a renamed class with configuration":
    `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: PyTransform, config: {constructor: apache_beam.Map, args: [{type: unused}], kwargs: {}}}\n`.replace(
      "{type: PyTransform, config: {constructor: apache_beam.Map, args: [{type: unused}], kwargs: {}}}",
      "{type: PyTransform, config: {constructor: apache_beam.Reshuffle}}",
    ),
  "anchors and merge keys": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: MapToFields, config: &c {language: python, append: true, fields: {x: k}}}\n    - {type: MapToFields, name: Again, config: {<<: *c, fields: {y: k}}}\n    - {type: LogForTesting}\n`,
  "Jinja expressions": `{# a comment #}\n{% set size = 2 %}\npipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config:\n        elements: {{ range(size) | list }}\n    - type: LogForTesting\n`,
  "Jinja loops": `pipeline:\n  transforms:\n{% for n in [1, 2] %}\n    - {type: Create, name: "c{{ n }}", config: {elements: [{{ n }}]}}\n    - {type: LogForTesting, name: "l{{ n }}", input: "c{{ n }}"}\n{% endfor %}\n`,
  "Jinja that is no YAML": `{% macro log(name) %}{type: LogForTesting, input: {{ name }} }{% endmacro %}\npipeline:\n  transforms:\n    - ${create}\n    - {{ log("In") }}\n{% if false %}\n ] this is no YAML: [\n{% endif %}\n`,
  "comments, blank lines and a document mark": `# leading\n---\n\npipeline:   # trailing\n\n  type: chain\n  transforms:\n    - ${create}\n\n    # between\n    - type: LogForTesting\n`,
  "keys at the root that nobody knows": `x-team: {owner: us}\npipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: LogForTesting\n`,
  "tests beside the pipeline": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - {type: LogForTesting}\ntests:\n  - name: t\n    mock_inputs: []\n    expected_outputs: []\n`,
  "a JSON document": `{"pipeline": {"type": "chain", "transforms": [{"type": "Create", "config": {"elements": [1]}}, {"type": "LogForTesting"}]}}`,
  "Windows line ends": `pipeline:\r\n  type: chain\r\n  transforms:\r\n    - ${create}\r\n    - type: LogForTesting\r\n`,
  "a byte order mark and letters of the world": `\ufeffpipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [ä, 漢, "😀"]}}\n    - type: LogForTesting\n`,
  "secrets everywhere": `pipeline:\n  type: chain\n  transforms:\n    - ${create}\n    - type: Keyed\n      config:\n        api_key: "sk-canary"\n        nested: {password: 'canary''s', basic_auth: [me, canary], url: "http://u:canary@h/"}\n    - type: LogForTesting\nproviders:\n  - type: python\n    config: {}\n    transforms:\n      Keyed: |\n        def Keyed(api_key, nested):\n          return beam.Reshuffle()\n`,
};
