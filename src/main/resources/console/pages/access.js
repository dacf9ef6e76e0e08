// Accounts, and the keys with which programs sign.
import { call, get, path, post } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { time } from '../parts/format.js';
import { html } from '../parts/html.js';
import { ask, button, dialog, empty, name, say, table } from '../parts/parts.js';

const ROLES = ['viewer', 'owner', 'operator'];

const EVERY = 'every project';

/** Those that were given to it; an operator has none of its own. */
const projectsOf = (user) => (user.role === 'operator' ? [] : user.projects);

const names = (projects) => new Map([['*', EVERY], ...projects.map((project) => [project.id, project.name])]);

/** Without control over who sees what, an account sees its projects only. */
function fields(projects, user = { role: 'viewer', projects: [] }) {
  const named = names(projects);
  const seen = projectsOf(user);
  const ids = [...new Set([...named.keys(), ...seen])];
  return html`<label class="field">Role<select name="role">${ROLES.map((role) => html`<option ?selected=${role === user.role}>${role}</option>`)}</select></label>
    <label class="field">Projects, except for an operator<select name="projects" multiple size="5">${ids.map((id) => html`<option value=${id}
      ?selected=${seen.includes(id)}>${named.get(id) ?? id}</option>`)}</select></label>`;
}

/** Projects that nobody touched are left out: what a change does not say stays. */
function body({ role }, form, user) {
  const projects = [...form.projects.selectedOptions].map((option) => option.value);
  const same = user && String([...projects].sort()) === String([...projectsOf(user)].sort());
  return { role, ...(role === 'operator' || same ? {} : { projects }) };
}

const form = () => document.querySelector('dialog form').elements;

function secret(made) {
  dialog(({ close }) => html`<form @submit=${(event) => { event.preventDefault(); close(); }}>
    <header><h2 id="dialog-title">The key of ${made.account}</h2></header>
    <div class="content"><p>The secret is shown this once.</p><dl class="facts"><dt>Access key</dt><dd class="mono">${made.access_key_id}</dd>
      <dt>Secret</dt><dd class="mono">${made.secret_access_key}</dd></dl></div>
    <footer><button class="primary">Close</button></footer></form>`);
}

export default function access({ draw, projects, me }) {
  const asked = asking(() => Promise.all([get('/v3/users'), get('/v3/access-keys')]), { draw });

  const done = (text) => { say(text); return asked.again(); };

  const add = () => ask({
    title: 'Add an account', says: 'Somebody with a password, or a program without one, which then gets a key.', label: 'Add', reason: false,
    fields: html`<label class="field">Name<input name="name" required maxlength="64" autocomplete="off"></label>
      <label class="field">Password<input name="password" type="password" autocomplete="new-password"></label>${fields(projects)}`,
    act: async (data) => {
      await post('/v3/users', { name: data.name, ...body(data, form()), ...(data.password ? { password: data.password } : {}) });
      await done(`${data.name} is added.`);
    },
  });

  const change = (user) => ask({
    title: `Change ${user.name}`, says: 'It takes effect with the next call.', label: 'Change', reason: false, fields: fields(projects, user),
    act: async (data) => { await call('PUT', path`/v3/users/${user.name}`, body(data, form(), user)); await done(`${user.name} is changed.`); },
  });

  const remove = (user) => ask({
    title: `Remove ${user.name}`, says: 'Its keys and sessions end too.', label: 'Remove', kind: 'danger', reason: false,
    act: async () => { await call('DELETE', path`/v3/users/${user.name}`); await done(`${user.name} is removed.`); },
  });

  const makeKey = (user) => ask({
    title: `A new key for ${user.name}`, says: 'A program signs its calls with it, and may do what the account may.', label: 'Make', reason: false,
    act: async () => { const made = await post('/v3/access-keys', { account: user.name }); asked.again(); setTimeout(() => secret(made)); },
  });

  const removeKey = (key) => ask({
    title: `Remove the key ${key.access_key_id}`, says: 'Nothing that was signed with it is accepted any more.', label: 'Remove', kind: 'danger', reason: false,
    act: async () => { await call('DELETE', path`/v3/access-keys/${key.access_key_id}`); await done('The key is removed.'); },
  });

  const named = names(projects);
  const accounts = [
    ['Name', (user) => name(user.name), 'wide'],
    ['Role', (user) => user.role],
    ['Projects', (user) => (user.role === 'operator' ? 'all' : user.projects.map((id) => named.get(id) ?? id).join(', ')), 'name'],
    ['Password', (user) => (user.has_password ? 'yes' : 'none')],
    ['Since', (user) => time(user.created_at)],
    ['Actions', (user) => html`<span class="actions">${button('Change', () => change(user), { describe: user.name })}
      ${button('New key', () => makeKey(user), { describe: user.name })}
      ${button('Remove', () => remove(user), { describe: user.name, why: user.name === me.name ? 'You cannot remove yourself here.' : '' })}</span>`, 'act'],
  ];
  const signing = [
    ['Key', (key) => html`<span class="mono">${key.access_key_id}</span>`],
    ['Account', (key) => name(key.account)],
    ['Since', (key) => time(key.created_at)],
    ['Actions', (key) => button('Remove', () => removeKey(key), { describe: key.access_key_id }), 'act'],
  ];

  return {
    title: 'Access',
    close: asked.close,
    view: () => html`<div class="head"><h1 tabindex="-1">Access</h1><span class="push">${button('Add an account', add, { kind: 'primary' })}</span></div>
      ${asked.show(([{ users }, { access_keys: keys }]) => html`<section class="card"><h2>Accounts</h2>${users.length ? table('Accounts', accounts, users)
    : empty('There is no account yet', 'What the first start left is good until the first operator is added.')}</section>
        <section class="card"><h2>Access keys</h2>${keys.length ? table('Access keys', signing, keys) : empty('No program has a key yet', 'New key, beside an account, makes one.')}</section>`)}`,
  };
}
