/** Which texts are secrets in any object. */

import { secretPlaces } from "#lib/core/secret-text";

test.each([
  [{ "s3.secret-key": "not-a-real-secret" }],
  [{ "security.ssl.internal.keystore-password": "not-a-real-secret" }],
  [{ "containerized.taskmanager.env.HTTPS_PROXY": "http://user:not-real@proxy.example.com:3128" }],
  [{ env: [{ name: "DB_URL", value: "postgresql://user:not-real@db.example.com/x" }] }],
  [{ config: { "xpack.security.authc.realms.oidc.o1.rp.client_secret": "not-a-real-secret" } }],
  [{ args: ["--s3_secret_access_key=not-a-real-secret"] }],
  [{ dbPassword: "x1" }],
  [{ sslKeystorePassword: "x1" }],
  [{ awsSecretKey: "x1" }],
  [{ "basic.auth.user.info": "u:p1" }],
  [{ "sasl.jaas.config": 'PlainLoginModule required username="u" password="p1";' }],
  [{ value: 'Module required username="u" password="p1";' }],
  [{ "pipeline.yaml": 'config: { "sasl.jaas.config": "Module required password=\\"p1\\";" }' }],
  [{ value: "jdbc:postgresql://h/db?user=a&password=p1" }],
  [{ value: "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=p1" }],
  [{ value: "https://a.blob.core.windows.net/c?sv=2020&sig=abcdefghijklmnopqrstuv%3D" }],
  [{ "config.yaml": "a: 1\ns3.secret-key: p1-x\n" }],
  [{ "app.properties": "user=a\ndb.password=p1-x\n" }],
  [{ Authorization: "Bearer abcdefghijklmnop1234" }],
])("finds %j", (value) => {
  expect(secretPlaces(value)).toHaveLength(1);
  expect(JSON.stringify(secretPlaces(value))).not.toMatch(/not-a-real|not-real|p1|x1/);
});

test.each([
  [{ pad_token: "[PAD]", max_tokens: "5", next_page_token: "x" }],
  [{ secretName: "tls", secretKeyRef: { name: "db", key: "password" } }],
  [{ "fs.s3a.aws.credentials.provider": "com.amazonaws.auth.WebIdentityTokenCredentialsProvider" }],
  [{ s3_access_key_id: "any", partition_key: "id", primary_key: "id" }],
  [{ password: "$(PASSWORD)", api_key: `\${KEY}`, client_secret: "" }],
  [{ "pipeline.yaml": 'config: { "sasl.jaas.config": "Module required password=\\"{{ secret_0 }}\\";" }' }],
  [{ passwordFile: "/run/secrets/db", token_url: "https://login.example.com" }],
  [{ automountServiceAccountToken: false, serviceAccountToken: { path: "token" } }],
  [{ url: "https://host:8080/a@b", other: "postgres://user:$(PASSWORD)@db/x" }],
  [{ code: "def f(password):\n  password = os.environ['X']\n  return password\n" }],
  [{ fields: "fields:\n  password: hash\n" }],
  [{ image: "registry.example.com:5000/a@sha256:0000" }],
  [{ passwordless: "true", tokenizer: "bert", secretManager: "vault" }],
])("takes %j for none", (value) => {
  expect(secretPlaces(value)).toEqual([]);
});
