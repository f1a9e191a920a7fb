/** What the API server answered when it did not do what was asked, and what kept us from reaching it. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

/** One field the API server complains of. */
export interface StatusCause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** An answer of the API server that is no success: `kind: Status`, or plain text from something in between. */
export class ApiError extends Error {
  public constructor(
    /** HTTP status. */
    public readonly status: number,
    /** Machine-readable reason, such as `AlreadyExists`. */
    public readonly reason: string,
    message: string,
    /** The causes, one a field. @default none */
    public readonly causes: readonly StatusCause[] = [],
    /** Seconds after which the server wants to be asked again. */
    public readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The message of whatever was thrown. By shape, not by class: errors of Node's own modules may be of another realm. */
export function messageOf(error: unknown): string {
  const shape = isJsonObject(error) ? error : {};
  return typeof shape["message"] === "string" && shape["message"] !== "" ? shape["message"] : codeOf(error) || String(error);
}

/** The system's code of an error, such as `ENOENT`; empty where it has none. */
export function codeOf(error: unknown): string {
  return isJsonObject(error) && typeof error["code"] === "string" ? error["code"] : "";
}

/** The API server could not be reached, or the connection broke before its answer was complete. */
export class ConnectionError extends Error {
  public constructor(
    message: string,
    /** Can the same request succeed later? Not so for certificates that do not fit or names that do not exist. */
    public readonly transient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ConnectionError";
  }
}

/** The kind is not known to the API server (yet): its group and version, or the kind in it, does not exist. */
export class NoMatchError extends Error {
  public constructor(
    public readonly apiVersion: string,
    public readonly kind: string,
  ) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "NoMatchError";
  }
}

/**
 * The error of a response.
 *
 * @param body its text, a `Status` object as a rule
 */
export function errorOf(status: number, body: string, retryAfter: string | undefined): ApiError {
  const object = parseStatus(body);
  const details = object && isJsonObject(object["details"]) ? object["details"] : {};
  const seconds = numberOf(details["retryAfterSeconds"]) ?? numberOf(retryAfter);
  const message = textOf(object?.["message"]) ?? (body.trim().slice(0, 500) || `HTTP ${status}`);
  return new ApiError(status, textOf(object?.["reason"]) ?? defaultReason(status), message, causesOf(details["causes"]), seconds);
}

/** Is this the answer `404` for the object itself, or for the namespace it should be in? */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** May we not do this? */
export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

function parseStatus(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) && value["kind"] === "Status" ? value : undefined;
  } catch {
    return undefined;
  }
}

function causesOf(value: JsonValue | undefined): StatusCause[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((cause) => ({
    reason: textOf(cause["reason"]) ?? "",
    field: textOf(cause["field"]) ?? "",
    message: textOf(cause["message"]) ?? "",
  }));
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : undefined;
}

function defaultReason(status: number): string {
  const known: Readonly<Record<number, string>> = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
    504: "Timeout",
  };
  return known[status] ?? (status >= 500 ? "InternalError" : "Unknown");
}
