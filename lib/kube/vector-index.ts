/** Role of a vector index: a named, versioned collection of vectors of one length in a vector store. No store is named here. */

import type { IConstruct } from "constructs";
import type { IndexShape } from "./index-plan";
import type { IVectorStore } from "./vector-store";

/** A vector index. */
export interface IVectorIndex extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly store: IVectorStore;
  readonly shape: IndexShape;
}
