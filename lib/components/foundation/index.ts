/** Foundation: namespaces and priority classes. */

export { type NamespacePlace, PlatformNamespace, type PlatformNamespaceProps } from "./namespace";
export { foundationPin } from "./pin";
export { POD_SECURITY_EXCEPTIONS } from "./pod-security-exceptions";
export { PriorityClasses } from "./priority-classes";
export { type NamespaceProps, namespaceDefaults, type QuotaProps } from "./props";
export { namespaceSchema } from "./schema";
