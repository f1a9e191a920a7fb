/** An amount of storage or memory, always with its unit. */

const UNITS = [
  ["Ti", 1024 ** 4],
  ["Gi", 1024 ** 3],
  ["Mi", 1024 ** 2],
  ["Ki", 1024],
] as const;

/** An amount of bytes. Illegal amounts are kept as they are and reported by {@link Size.valid}'s reader, not thrown. */
export class Size {
  private constructor(
    /** The amount in bytes. */
    public readonly bytes: number,
  ) {}

  /** `amount` bytes. */
  public static ofBytes(amount: number): Size {
    return new Size(amount);
  }

  /** `amount` times 1024 bytes. */
  public static kibibytes(amount: number): Size {
    return new Size(amount * 1024);
  }

  /** `amount` times 1024² bytes. */
  public static mebibytes(amount: number): Size {
    return new Size(amount * 1024 ** 2);
  }

  /** `amount` times 1024³ bytes. */
  public static gibibytes(amount: number): Size {
    return new Size(amount * 1024 ** 3);
  }

  /** `amount` times 1024⁴ bytes. */
  public static tebibytes(amount: number): Size {
    return new Size(amount * 1024 ** 4);
  }

  /** A whole, positive number of bytes that a double can hold? */
  public get valid(): boolean {
    return Number.isSafeInteger(this.bytes) && this.bytes > 0;
  }

  /** The amount in mebibytes, rounded down. */
  public get inMebibytes(): number {
    return Math.floor(this.bytes / 1024 ** 2);
  }

  /** As a Kubernetes quantity in the largest unit that needs no fraction: `4Gi`, `1536Mi`. */
  public toString(): string {
    const unit = UNITS.find(([, factor]) => this.bytes % factor === 0 && this.bytes !== 0);
    return unit ? `${this.bytes / unit[1]}${unit[0]}` : `${this.bytes}`;
  }

  /** As Flink's MemorySize in mebibytes: `2048m`. */
  public toFlink(): string {
    return `${this.inMebibytes}m`;
  }
}
