/** `npm run docs`: writes the generated parts of the documentation. */

import { writeFileSync } from "node:fs";
import { pages } from "./pages";

for (const [path, text] of pages()) writeFileSync(path, text);
