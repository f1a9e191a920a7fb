/** Every component of beamstack-iac, and applications that answer questions. */

import { catalog, createPlatform } from "beamstack-iac";
import { answers } from "./answers";

export default createPlatform({ sections: [...catalog, answers] });
