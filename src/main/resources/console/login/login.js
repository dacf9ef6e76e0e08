// Logs in by name and password, or by the one-time link /login#token=…, and goes where ?next= says.

const form = document.getElementById('log-in');
const problem = document.getElementById('problem');
const button = form.querySelector('button');
const { name, password } = form.elements;

const DEFAULT = '/console/';

/** A path of this server that is not this page; whatever else ?next= says is not followed. */
function destination() {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  if (!next.startsWith('/') || !URL.canParse(next, location.origin)) {
    return DEFAULT;
  }
  const url = new URL(next, location.origin);
  return url.origin === location.origin && !/^\/login(\/|$)/.test(url.pathname)
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
  button.disabled = true;
  try {
    const response = await fetch('/v3/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    if (response.ok) {
      return true;
    }
    const answer = await response.json().catch(() => ({}));
    if (response.status === 401) {
      complain(sentenceIfWrong, ...fields);
    } else {
      complain(answer.error_msg ?? `The server answered with status ${response.status}.`);
    }
  } catch {
    complain('The server cannot be reached. Try again.');
  } finally {
    button.disabled = false;
  }
  return false;
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

form.addEventListener('submit', (event) => {
  event.preventDefault();
  byPassword();
});
addEventListener('hashchange', byLink);
byLink();
