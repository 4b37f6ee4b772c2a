// SPDX-License-Identifier: Apache-2.0
// One way to the server: same origin, cookie, the session's CSRF value on everything that changes something.
// What the server refuses becomes an ApiError, whose text is the server's: it says what to do next.
import type { ApiFault, Problem } from './types';

export const apiRoot = '/api/v1';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: Problem[];

  constructor(status: number, fault: ApiFault, problems: Problem[] = []) {
    super(fault.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = fault.code;
    this.problems = problems;
  }
}

let csrf = '';
let onSignedOut: () => void = () => undefined;

// The session's value; whoever reads GET /session sets it.
export function setCsrf(value: string) {
  csrf = value;
}

// Called when the server no longer knows the session: the sign-in page must show.
export function whenSignedOut(callback: () => void) {
  onSignedOut = callback;
}

export type Parameters = Record<string, string | number | boolean | null | undefined>;

export function apiPath(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) query.set(key, value === true ? '1' : String(value));
  }
  const text = query.toString();
  return `${apiRoot}${path}${text === '' ? '' : `?${text}`}`;
}

// A part of a path that comes from outside: a connector's name, an account's.
export const part = (text: string | number) => encodeURIComponent(String(text));

interface Faulty { error?: ApiFault; problems?: Problem[] }

async function faultOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as Faulty;
    if (body.error) return new ApiError(response.status, body.error, body.problems ?? []);
  } catch {
    // A proxy in between answers with a page of its own.
  }
  return new ApiError(response.status, { code: 'http', message: `The server answered ${response.status} ${response.statusText}.` });
}

export interface Answer<T> { value: T; etag: string | null }

export async function send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const url = path.startsWith(apiRoot) ? path : `${apiRoot}${path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(method === 'GET' ? {} : { 'X-Tandem-Csrf': csrf }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, {
      code: 'no-connection',
      message: 'The server does not answer. Is the service running, and is this machine on its network?',
    });
  }
  if (!response.ok) {
    if (response.status === 401 && !url.startsWith(`${apiRoot}/session`)) onSignedOut();
    throw await faultOf(response);
  }
  const value = response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  return { value, etag: response.headers.get('ETag') };
}

export async function get<T>(path: string, parameters?: Parameters): Promise<T> {
  return (await send<T>('GET', apiPath(path, parameters))).value;
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return (await send<T>('POST', path, body)).value;
}

export async function put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> {
  return (await send<T>('PUT', path, body, headers)).value;
}

export async function patch<T>(path: string, body: unknown): Promise<T> {
  return (await send<T>('PATCH', path, body)).value;
}

export async function remove(path: string): Promise<void> {
  await send<unknown>('DELETE', path);
}
