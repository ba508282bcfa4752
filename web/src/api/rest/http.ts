/**
 * The one place where the dashboard and the sign-in pages talk HTTP: JSON in, JSON out, and every refusal as a
 * `Problem` that carries a sentence a person understands.
 */

/** The body of an RFC 9457 `application/problem+json` answer. */
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  /** Stable, for code to branch on. */
  code?: string;
  /** For people. */
  detail?: string;
  /** The request's field that the problem is about, when there is one. */
  field?: string;
  /** Seconds. */
  retry_after?: number;
}

/** Codes that this side makes itself, when no answer came from the server. */
const UNREACHABLE = "unreachable";

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || fallbackSentence(status));
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.field = body.field;
    this.retryAfter = body.retry_after;
  }

  get unreachable(): boolean {
    return this.code === UNREACHABLE;
  }
}

/** The sentence to show for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && error.message) return error.message;
  return "Something went wrong. Please try again.";
}

function fallbackSentence(status: number): string {
  if (status === 401) return "You are signed out. Sign in to go on.";
  if (status === 403) return "You are not allowed to do this.";
  if (status === 404) return "This does not exist, or not any more.";
  if (status === 413) return "This is too large.";
  if (status === 429) return "Too many tries. Please wait a moment.";
  if (status >= 500) return "The server could not do this just now. Please try again.";
  return "The server refused this.";
}

const unreachable = () =>
  new Problem(0, {
    code: UNREACHABLE,
    detail: "The server cannot be reached. Check the connection and try again.",
  });

export const API_ROOT = "/api/v1";

interface RequestOptions {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is: a form or bytes. */
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Goes out even if the page is left meanwhile. */
  keepalive?: boolean;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Answers the parsed body, or `undefined` where there is none. Throws a `Problem` for every refusal. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.json !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(options.json);
  } else if (options.body !== undefined) {
    init.body = options.body;
  }
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;

  let response: Response;
  try {
    response = await fetch(API_ROOT + path, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw unreachable();
  }
  if (!response.ok) throw await readProblem(response);
  return (await readBody(response)) as T;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  if (!isJson(response.headers.get("content-type"))) return text;
  return JSON.parse(text);
}

async function readProblem(response: Response): Promise<Problem> {
  let body: ProblemBody = {};
  if (isJson(response.headers.get("content-type"))) {
    body = await response.json().then(
      (parsed: unknown) => (typeof parsed === "object" && parsed !== null ? (parsed as ProblemBody) : {}),
      () => ({}),
    );
  }
  const retryAfter = Number(response.headers.get("retry-after"));
  if (body.retry_after === undefined && retryAfter > 0) body = { ...body, retry_after: retryAfter };
  return new Problem(response.status, body);
}

function isJson(contentType: string | null): boolean {
  return contentType !== null && /^application\/([a-z.+-]+\+)?json\b/i.test(contentType);
}

/**
 * Sends a form and tells how much of it has left, which `fetch` cannot. `onSent` gets a share from 0 to 1.
 */
export function upload<T>(path: string, form: FormData, onSent: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", API_ROOT + path);
    sending.setRequestHeader("accept", "application/json");
    sending.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onSent(event.loaded / event.total);
    };
    sending.onerror = () => reject(unreachable());
    sending.onload = () => {
      const parsed = parseOrNothing(sending.responseText);
      if (sending.status >= 200 && sending.status < 300) resolve(parsed as T);
      else reject(new Problem(sending.status, (parsed ?? {}) as ProblemBody));
    };
    sending.send(form);
  });
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** For ids and tokens inside paths. */
export const segment = (value: string | number): string => encodeURIComponent(String(value));

/** For those who are known by a token instead of a cookie. */
export const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** A query string with what is set, or nothing. */
export function query(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
