/** Foundation: namespaces and priority classes. */

export { PlatformNamespace, type PlatformNamespaceProps } from "./namespace";
export { NetworkKinds } from "./network-kinds";
export { foundationPin } from "./pin";
export { PriorityClasses } from "./priority-classes";
export { type NamespaceProps, type NamespaceSettings, namespaceSchema, namespacesSchema } from "./schema";
export { foundation } from "./section";
