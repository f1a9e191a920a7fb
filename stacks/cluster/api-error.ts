/** Errors of API requests: error responses of the server, and failed connections. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

/** One field that the API server rejects. */
export interface StatusCause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** An error response of the API server: `kind: Status`, or plain text from a proxy in between. */
export class ApiError extends Error {
  public constructor(
    /** HTTP status. */
    public readonly status: number,
    /** Machine-readable reason, such as `AlreadyExists`. */
    public readonly reason: string,
    message: string,
    /** The causes, one per field. @default none */
    public readonly causes: readonly StatusCause[] = [],
    /** Seconds after which the server accepts a retry. */
    public readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The message of a thrown value. By shape, not by class: errors of Node's own modules may be of another realm. */
export function messageOf(error: unknown): string {
  const shape = isJsonObject(error) ? error : {};
  return typeof shape["message"] === "string" && shape["message"] !== "" ? shape["message"] : codeOf(error) || String(error);
}

/** The system code of an error, such as `ENOENT`; empty if it has none. */
export function codeOf(error: unknown): string {
  return isJsonObject(error) && typeof error["code"] === "string" ? error["code"] : "";
}

/** The API server was unreachable, or the connection broke before the response was complete. */
export class ConnectionError extends Error {
  public constructor(
    message: string,
    /** Whether a retry can succeed. Not for invalid certificates or unknown host names. */
    public readonly transient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ConnectionError";
  }
}

/** The API server does not (yet) serve the kind: its group version, or the kind in it, does not exist. */
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
 * @param body its text, usually a `Status` object
 */
export function errorOf(status: number, body: string, retryAfter: string | undefined): ApiError {
  const object = parseStatus(body);
  const details = object && isJsonObject(object["details"]) ? object["details"] : {};
  const seconds = numberOf(details["retryAfterSeconds"]) ?? numberOf(retryAfter);
  const message = textOf(object?.["message"]) ?? (body.trim().slice(0, 500) || `HTTP ${status}`);
  return new ApiError(status, textOf(object?.["reason"]) ?? defaultReason(status), message, causesOf(details["causes"]), seconds);
}

/** Whether the response is `404` for the object itself or its namespace. */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** The answer, or `undefined` where the object is not there, or its kind is not served. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoMatchError || isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether the request was forbidden. */
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
