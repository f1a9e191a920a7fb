/** Which values are secrets. */

import { readDocument } from "#lib/beam/document";
import { secretsOf } from "#lib/beam/secrets";

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
