/** A span of time, always with its unit. */

const UNITS = [
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** A span of time in whole seconds. Illegal spans are kept and reported by the schema, not thrown. */
export class Duration {
  private constructor(
    /** The span in seconds. */
    public readonly seconds: number,
  ) {}

  /** `amount` seconds. */
  public static seconds(amount: number): Duration {
    return new Duration(amount);
  }

  /** `amount` minutes. */
  public static minutes(amount: number): Duration {
    return new Duration(amount * 60);
  }

  /** `amount` hours. */
  public static hours(amount: number): Duration {
    return new Duration(amount * 3600);
  }

  /** `amount` days of 24 hours. */
  public static days(amount: number): Duration {
    return new Duration(amount * 86_400);
  }

  /** A whole, positive number of seconds? */
  public get valid(): boolean {
    return Number.isSafeInteger(this.seconds) && this.seconds > 0;
  }

  /** As a Go duration in the largest unit that needs no fraction: `10m`, `90s`, `720h`. */
  public toString(): string {
    const unit = UNITS.find(([, factor]) => this.seconds % factor === 0 && this.seconds !== 0);
    return unit ? `${this.seconds / unit[1]}${unit[0]}` : `${this.seconds}s`;
  }
}
