// Calls of the REST interface with the session's cookie. The server's clock counts: a browser's may be hours off.

const ASKED = 1000;

/** How long an answer is waited for, in ms: a line that is dead says nothing, and a page would load for ever. */
const PATIENCE = 60000;

let offset = 0;

/** Now on the server's clock, in ms since the epoch. */
export const now = () => Date.now() + offset;

/** An error that the interface answered, or 0 where it gave none. */
export class ApiError extends Error {
  constructor(status, code, message, requestId) {
    super(message);
    Object.assign(this, { status, code, requestId });
  }
}

function cookie(name) {
  return document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function silent() {
  throw new ApiError(0, '', 'The server cannot be reached. What you see may be old.', '');
}

/** @throws ApiError; where the session has ended, the page is told by the event "session-ended" too */
export async function call(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: 'application/json', ...headers } };
  if (method === 'GET') {
    options.signal = AbortSignal.timeout(PATIENCE);
  } else {
    options.headers['X-CSRF-Token'] = cookie('changeover_csrf');
  }
  if (body !== undefined) {
    const text = typeof body === 'string';
    options.headers['Content-Type'] = text ? 'application/yaml' : 'application/json';
    options.body = text ? body : JSON.stringify(body);
  }
  const response = await fetch(path, options).catch(silent);
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (!Number.isNaN(date) && Math.abs(date - now()) > 2000) {
    offset = date - Date.now();
  }
  const answer = response.status === 204 ? {} : await response.json().catch((failure) => (failure instanceof SyntaxError ? {} : silent()));
  if (response.ok) {
    return answer;
  }
  if (response.status === 401) {
    dispatchEvent(new Event('session-ended'));
  }
  const said = answer.error_msg ?? `The server answered with status ${response.status}.`;
  throw new ApiError(response.status, answer.error_code ?? '', said, response.headers.get('X-Request-Id') ?? '');
}

export const get = (path) => call('GET', path);
export const post = (path, body, headers) => call('POST', path, body, headers);

/** Every entry of a list that is answered in parts, each with its entries in a field. */
export async function whole(list, field) {
  const all = [];
  let part;
  do {
    part = await get(`${list}?limit=${ASKED}&offset=${all.length}`);
    all.push(...part[field]);
  } while (part[field].length && all.length < part.total_count);
  return all;
}

/** A path with its parts encoded: path`/v3/${project}/instances` */
export function path(strings, ...parts) {
  return strings.reduce((all, text, i) => all + encodeURIComponent(parts[i - 1]) + text);
}

/** A query of what has a value. */
export function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

/** A key that makes a repeated request the same one. */
export function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
