/** Files that a GitOps tree carries as they are, such as an encrypted Secret: nothing but what reads the tree can apply them. */

import type { IConstruct } from "constructs";

/** A file with one Secret. */
export interface TreeFile {
  /** Path in the folder of environment files. */
  readonly file: string;
  readonly text: string;
  /** The Secret that comes out of it. */
  readonly secret: { readonly name: string; readonly namespace: string; readonly keys: readonly string[] };
  /** Command that writes the Secret to its output; the path of the file follows. */
  readonly decrypt: string;
}

const FILE = "beamstack-iac/tree-file";

/** Adds a file to the tree. */
export function addTreeFile(scope: IConstruct, file: TreeFile): void {
  scope.node.addMetadata(FILE, file);
}

/** Files that a construct adds. */
export function treeFilesOf(scope: IConstruct): TreeFile[] {
  return scope.node.metadata.filter(({ type }) => type === FILE).map(({ data }) => data as TreeFile);
}
