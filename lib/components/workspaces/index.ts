/** Workspaces: JupyterLab or code-server for a person or a team. */

export { workspacesPin } from "./pin";
export { type WorkspaceProps, workspaceSchema, workspacesSectionSchema } from "./schema";
export { workspaces } from "./section";
export { Workspace, type WorkspacePlace } from "./workspace";
