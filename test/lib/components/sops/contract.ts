/** SOPS in the contract suite. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SopsFile, type SopsFileProps, sopsFileSchema, sopsPin } from "#lib/components/sops/index";
import { contractEntry } from "../../../contract/entry";

/** What sops 3.11.0 wrote, for a key that nobody has. */
const ENCRYPTED = readFileSync(join(__dirname, "../../../fixtures/secrets/grafana-admin.sops.yaml"), "utf8");

/** Files by path. */
const FILES: Readonly<Record<string, string>> = {
  "secret.yaml": ENCRYPTED,
  "other.yaml": ENCRYPTED.replace("grafana-admin", "grafana-other"),
  "clear.yaml": ENCRYPTED.replace(/admin-password: \S+/, "admin-password: plain"),
  "whole.yaml": ENCRYPTED.replace("name: grafana-admin", "name: ENC[AES256_GCM,data:a,iv:a,tag:a,type:str]"),
  "two.yaml": `${ENCRYPTED}---\n${ENCRYPTED}`,
};

const files = contractEntry<SopsFileProps>({
  title: "SopsFile",
  pin: sopsPin,
  schema: sopsFileSchema,
  build: (scope, props) => void new SopsFile(scope, "Subject", { ...props, text: FILES[props.file] }),
  smallest: { file: "secret.yaml" },
  variants: { file: { file: "other.yaml" } },
  refused: {
    "spec.wrong-value": { file: "/secret.yaml" },
    "secrets.missing-file": { file: "absent.yaml" },
    "secrets.no-encrypted-secret": { file: "whole.yaml" },
    "secrets.clear-text": { file: "clear.yaml" },
    "sops.no-block": { file: "two.yaml" },
  },
});

/** What the contract suite tries. */
export const entries = [files];
