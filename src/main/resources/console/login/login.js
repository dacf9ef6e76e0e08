// Logs in by name and password, by the one-time link /login#token=…, or at the identity provider, which sends back here
// with ?code= and ?state=. Then goes where ?next= says.

const form = document.getElementById('log-in');
const problem = document.getElementById('problem');
const button = form.querySelector('button');
const provider = document.getElementById('provider');
const { name, password } = form.elements;

const DEFAULT = '/console/';

/** A path of this server that is not this page; whatever else ?next= says is not followed. A path of //… is another server. */
function destination() {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  if (!next.startsWith('/') || !URL.canParse(next, location.origin)) {
    return DEFAULT;
  }
  const url = new URL(next, location.origin);
  return url.origin === location.origin && !/^\/(\/|login(\/|$))/.test(url.pathname)
    ? url.pathname + url.search + url.hash
    : DEFAULT;
}

function complain(sentence, ...fields) {
  for (const field of [name, password]) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  for (const field of fields) {
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', 'problem');
  }
  problem.textContent = sentence;
  problem.hidden = !sentence;
  fields.at(0)?.focus();
}

/** True if a session has begun. */
async function begin(credentials, sentenceIfWrong, ...fields) {
  return Boolean(await send('/v3/session', credentials, sentenceIfWrong, ...fields));
}

/** The answer, or nothing, and then the page says why. */
async function send(path, body, sentenceIfWrong, ...fields) {
  button.disabled = true;
  provider.disabled = true;
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      return answer;
    }
    if (response.status === 401 && sentenceIfWrong) {
      complain(sentenceIfWrong, ...fields);
    } else {
      complain(answer.error_msg ?? `The server answered with status ${response.status}.`);
    }
  } catch {
    complain('The server cannot be reached. Try again.');
  } finally {
    button.disabled = false;
    provider.disabled = false;
  }
  return undefined;
}

async function byPassword() {
  if (!name.value || !password.value) {
    const empty = [name, password].filter((field) => !field.value);
    complain('Name and password are needed.', ...empty);
    return;
  }
  complain('');
  const credentials = { name: name.value, password: password.value };
  if (await begin(credentials, 'Name or password is wrong.', password, name)) {
    location.replace(destination());
  } else {
    password.select();
  }
}

/** The token is in the fragment, which no browser sends to a server; it leaves the address and the history at once. */
async function byLink() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) {
    return;
  }
  history.replaceState(null, '', location.pathname + location.search);
  const used = 'This link is not good any more. Log in with name and password.';
  if (await begin({ one_time_token: token }, used)) {
    location.replace(destination());
  } else {
    name.focus();
  }
}

/** Offers the provider where the server has one. */
async function offerProvider() {
  const { name: label } = await fetch('/v3/session/provider').then((response) => response.json()).catch(() => ({}));
  provider.textContent = `Log in with ${label}`;
  provider.hidden = !label;
}

async function toProvider() {
  complain('');
  const answer = await send('/v3/session/provider', {});
  if (answer) {
    sessionStorage.setItem('next', destination());
    location.assign(answer.address);
  }
}

/** Back from the provider: the code leaves the address and the history at once. */
async function fromProvider() {
  const { code, state, error } = Object.fromEntries(new URLSearchParams(location.search));
  if (!state || !(code || error)) {
    return;
  }
  history.replaceState(null, '', `/login?next=${encodeURIComponent(sessionStorage.getItem('next') ?? DEFAULT)}`);
  sessionStorage.removeItem('next');
  if (error) {
    complain(error === 'access_denied' ? 'The log-in was refused or given up there.'
      : 'The log-in failed there. Try again, or ask the people who run it.');
  } else if (await send('/v3/session/provider/code', { code, state })) {
    location.replace(destination());
  }
}

provider.addEventListener('click', toProvider);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  byPassword();
});
addEventListener('hashchange', byLink);
button.disabled = false; // before this, Enter would have sent the form without the script
byLink();
offerProvider();
fromProvider();
