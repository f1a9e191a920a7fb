/** Network flows of vector stores in PostgreSQL: those of the Jobs that make indexes. */

import { Size } from "#lib/core/size";
import type { NetworkFacts } from "../../../network/facts";

/** What the tests of network policies know of pgvector. */
export const network: NetworkFacts = {
  environments: {
    "indexes in PostgreSQL": {
      cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10) } } },
      databases: { documents: { type: "in-cluster", server: "main", extensions: ["vector"] } },
      pgvector: { stores: { articles: { database: "documents" } } },
      vectorIndexes: { faq: { store: "articles", dimensions: 384 } },
    },
  },
  needed: [],
  closed: [],
};
