/** What a platform team may say of Karpenter, and what holds when it says nothing. */

/** Who the nodes are in AWS: a role, for which Karpenter makes an instance profile, or a profile that exists. */
export type NodeIdentity =
  | {
      readonly type: "role";
      /** Name of the IAM role, not its ARN. */
      readonly role: string;
    }
  | { readonly type: "instance-profile"; readonly instanceProfile: string };

/** A machine image at one version; `latest` is none, as it would replace every node on the day AWS publishes another. */
export type NodeImage = `al2023@v${string}` | `bottlerocket@v${string}`;

/** What all nodes have in common. */
export interface AwsNodeProps {
  /** Machine image, such as `al2023@v20260810`. */
  readonly image: NodeImage;
  readonly identity: NodeIdentity;
  /** Tags by which subnets and security groups are found. @default `karpenter.sh/discovery: <clusterName>` */
  readonly discoveryTags?: Readonly<Record<string, string>>;
  /** KMS key that encrypts the volumes. @default the account's key for EBS */
  readonly kmsKey?: string;
  /** Tags of machines and volumes. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Props of Karpenter. */
export interface KarpenterProps {
  /** Name of the EKS cluster. */
  readonly clusterName: string;
  readonly nodes: AwsNodeProps;
  /** Address of the API server. @default what EKS says */
  readonly clusterEndpoint?: string;
  /** SQS queue with interruption notices, so that spot nodes are drained before they go. @default none */
  readonly interruptionQueue?: string;
  /** ARN of the controller's role, for IAM roles for service accounts. @default EKS Pod Identity */
  readonly controllerRole?: string;
  /** Pods of the controller, of which one leads. @default 2 */
  readonly replicas?: number;
}

/** Values that hold when a prop is not given. */
export const karpenterDefaults = { replicas: 2 } as const satisfies Partial<KarpenterProps>;
