/** A file with a Secret that `sops` encrypted. */

import { Construct } from "constructs";
import type { Problem } from "#lib/core/problem";
import { encryptedSecrets } from "#lib/kube/encrypted-secret";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { addTreeFile } from "#lib/kube/tree-file";
import { sopsPin } from "./pin";
import { type SopsFileProps, sopsFileSchema } from "./schema";
import { isSopsBlock, SOPS_FORM } from "./sops-form";

const DECRYPT = "sops decrypt";

/** Content of the file. */
export interface SopsFilePlace {
  /** Absent if the file does not exist. */
  readonly text: string | undefined;
}

/**
 * A file with a Secret that `sops` encrypted. A tree carries it as it is, because its code covers every value of it. For `up` the Secret is a requirement: this
 * program has no key.
 */
export class SopsFile extends Construct {
  public constructor(scope: Construct, id: string, { text, ...props }: SopsFileProps & SopsFilePlace) {
    super(scope, id);
    setOwner(this, sopsPin.name);
    const path = ownerOf(this).source;
    const { file } = settingsOf(this, sopsFileSchema, props);
    const { secrets, problems } = encryptedSecrets({ file, text, path }, SOPS_FORM);
    const [secret, ...others] = secrets;
    addProblems(this, problems);
    if (problems.length > 0 || !secret || text === undefined) return;
    if (others.length > 0 || !isSopsBlock(secret.manifest["sops"])) {
      addProblems(this, [notOfSops(file, path)]);
      return;
    }
    const { name, namespace, keys } = secret;
    addTreeFile(this, { file, text, secret: { name, namespace, keys }, decrypt: DECRYPT });
    const command = `${DECRYPT} ${file} | kubectl apply --server-side -f -`;
    addRequirements(this, [{ type: "secret", name, namespace, keys, purpose: `${file} in clear`, command }]);
  }
}

function notOfSops(file: string, path: string): Problem {
  return {
    id: "sops.no-block",
    path,
    got: `${file}, which is not one Secret with the field sops that sops writes`,
    allowed: "one Secret in each file, with its mac and at least one key that decrypts it",
    fix: `write the file with ${SOPS_FORM.encrypt}, and change it with sops edit only`,
  };
}
