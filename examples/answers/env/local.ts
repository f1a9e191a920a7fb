/** Questions about the pages that upstream's demo writes, answered on this machine. */

import { defineEnvironment, Size, secretRef } from "beamstack-iac";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  nodePools: {
    cpu: { type: "static", nodes: 3, node: { cpu: 8, memory: Size.gibibytes(32) } },
    gpu: { type: "static", nodes: 1, node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 1 } } },
  },
  certManager: {},
  monitoring: {},
  elasticsearch: { clusters: { "demo-01": { nodeSets: { default: { count: 1, storage: Size.gibibytes(10) } } } } },
  vectorIndexes: {
    beamstack: { store: "demo-01", dimensions: 1536, model: "text-embedding-ada-002", vectorField: "documentation_vector" },
  },
  kserve: {
    llms: {
      assistant: {
        model: { type: "hub", id: "Qwen/Qwen2.5-0.5B-Instruct", revision: "7ae557604adf67be50417f59c2c2f167def9a775" },
        shape: { parameters: 0.494, layers: 24, attentionHeads: 14, keyValueHeads: 2, headSize: 64 },
        pool: "gpu",
      },
    },
  },
  answers: {
    demo: {
      index: "beamstack",
      model: "assistant",
      embeddings: { type: "openai", model: "text-embedding-ada-002", key: secretRef("openai", "api-key") },
      textField: "documentation",
    },
  },
  oauth2Proxy: {
    providers: {
      company: {
        issuer: "https://id.example.com",
        clientId: "answers",
        clientSecret: secretRef("sign-in", "client-secret"),
        cookieSecret: secretRef("sign-in", "cookie-secret"),
        emailDomains: ["example.com"],
      },
    },
  },
  gateway: {
    through: { type: "gateway-class", class: "local", issuer: { name: "beamstack-selfsigned" }, source: { type: "anywhere" } },
    routes: { answers: { host: "answers.example.com", to: "answers.demo", signIn: "company" } },
  },
});
