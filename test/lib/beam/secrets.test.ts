/** Which values are secrets. */

import { readDocument } from "#lib/beam/document";
import { renderPipeline } from "#lib/beam/render-pipeline";
import { secretsOf } from "#lib/beam/secrets";
import { unwrap } from "#lib/core/problem";
import { CANARY, HARMLESS, PLANTED } from "../../fixtures/secrets/values";

const found = (config: string) =>
  secretsOf(readDocument(`pipeline:\n  transforms:\n    - type: T\n      config:\n        ${config}\n`)).map(
    ({ name, state }) => `${state} ${name}`,
  );

test.each([
  ["api_key: sk-1", "clear T.api_key"],
  ["ssl.keystore.password: hunter2", "clear T.ssl.keystore.password"],
  ["fs.s3a.secret.key: hunter2", "clear T.fs.s3a.secret.key"],
  [`sasl.jaas.config: 'org.apache.kafka.X required username="u" password="hunter2";'`, "clear T.sasl.jaas.config"],
  ["url: jdbc:mysql://user:hunter2@host/db", "clear T.url"],
  ["url: jdbc:sqlserver://host;user=u;password=hunter2", "clear T.url"],
  ["url: jdbc:postgresql://host/db?user=u&password=hunter2", "clear T.url"],
  ["connection_properties: user=u;password=hunter2", "clear T.connection_properties"],
  ['uri: "mongodb://user:hunter2@{{ host }}/db"', "clear T.uri"],
  ['api_key: "{% if prod %}hunter2{% endif %}"', "clear T.api_key"],
  [`password: "{{ pw | default('hunter2') }}"`, "clear T.password"],
])("%s holds a secret", (config, secret) => {
  expect(found(config)).toEqual([secret]);
});

test.each([
  ['uri: "mongodb://{{ user }}:{{ password }}@host/db"'],
  ['authorization: "Bearer {{ token }}"'],
  ['password: "{{ pw }}"'],
  ['api_key: "{% if prod %}{{ a }}{% else %}{{ b }}{% endif %}"'],
  ['authorization: "Bearer {% if prod %}{{ a }}{% endif %}"'],
  ['url: "jdbc:postgresql://host/db?user=u&password={{ pw }}"'],
  ["url: https://host/db?passwordless=true"],
  ["url: https://host:8080/a@b"],
  ["combine: {token: count}"],
  ["pad_token: x"],
])("%s holds none", (config) => {
  expect(found(config)).toEqual([]);
});

const withConfig = (config: string) => readDocument(`pipeline:\n  transforms:\n    - type: T\n      config: ${config}\n`);

test.each(Object.entries(PLANTED))("%s is lifted from a pipeline", (_name, value) => {
  const document = withConfig(JSON.stringify(value));
  const { text, secrets } = unwrap(renderPipeline(document, { bindings: {}, secretName: "s", path: "p" }));

  expect(document.form).toBe("yaml");
  expect(text).not.toMatch(new RegExp(`${CANARY}|19283746`, "i"));
  expect(secrets).toHaveLength(1);
});

test.each(Object.entries(HARMLESS))("%s is no secret of a pipeline", (_name, value) => {
  const found = secretsOf(withConfig(JSON.stringify(value)));

  expect(found.filter(({ state }) => state === "clear")).toEqual([]);
});

const LITERALS = {
  "a default": `password: "{{ pw | default('${CANARY}') }}"`,
  "a default by its short name": `password: "{{ pw | d('${CANARY}') }}"`,
  "an alternative": `api_key: "{{ key or '${CANARY}' }}"`,
  "an else": `api_key: "{{ key if prod else '${CANARY}' }}"`,
  "a text between blocks": `api_key: "{% if prod %}${CANARY}{% endif %}"`,
  "a text beside an expression": `uri: "mongodb://user:${CANARY}@{{ host }}/db"`,
  "a sum of texts": `password: "{{ '${CANARY}' ~ suffix }}"`,
  "a part of a header": `authorization: "Bearer {{ 'x' if prod }}${CANARY}"`,
};

test.each(Object.entries(LITERALS))("%s in Jinja is lifted", (_name, config) => {
  const { text } = unwrap(renderPipeline(withConfig(`{${config}}`), { bindings: {}, secretName: "s", path: "p" }));

  expect(text).not.toContain(CANARY);
});

test.each([
  ["a variable that is set", `{% set password = '${CANARY}' %}\n`],
  ["a variable that is set and used elsewhere", `{% set pw = '${CANARY}' %}\nx: {password: "{{ pw }}"}\n`],
  ["a macro", `{% macro sink(x) %}\n- {type: X, config: {password: ${CANARY}}}\n{% endmacro %}\n`],
])("%s is lifted", (_name, lines) => {
  const document = readDocument(`${lines}pipeline: {transforms: [{type: T}]}\n`);
  const { text } = unwrap(renderPipeline(document, { bindings: {}, secretName: "s", path: "p" }));

  expect(text).not.toContain(CANARY);
});
