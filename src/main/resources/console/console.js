// The shell: who is here, which project, which page. The address after # says all of it.
import { get, call, whole } from './parts/api.js';
import { html, nothing, render } from './parts/html.js';
import { loading, name, problem } from './parts/parts.js';

const PAGES = [
  [/^instances$/, 'instances'],
  [/^instances\/([^/]+)$/, 'instance'],
  [/^tasks\/(instant|scheduled)$/, 'tasks'],
  [/^upgrades\/([^/]+)$/, 'upgrade'],
  [/^upgrades\/([^/]+)\/report$/, 'report'],
  [/^contacts$/, 'contacts'],
  [/^notices$/, 'notices'],
  [/^held$/, 'held'],
  [/^campaigns$/, 'campaigns'],
  [/^campaigns\/([^/]+)$/, 'campaign'],
  [/^nodes$/, 'nodes'],
  [/^kernels$/, 'kernels'],
  [/^access$/, 'access'],
  [/^audit$/, 'audit'],
];

const NAV = [
  ['instances', 'Instances', 'rds:instance:list'],
  ['tasks/instant', 'Task Center', 'rds:task:list', 'tasks'],
  ['contacts', 'Contacts', 'rds:instance:list'],
  ['held', 'Held', 'rds:upgrade:operate'],
  ['campaigns', 'Campaigns', 'rds:upgrade:operate'],
  ['nodes', 'Nodes', 'rds:upgrade:operate'],
  ['kernels', 'Kernel versions', 'rds:kernel:manage'],
  ['access', 'Access', 'rds:access:manage'],
  ['audit', 'Audit', 'rds:audit:list'],
];

const shell = { me: undefined, projects: [], page: undefined, route: undefined, error: undefined, ended: false, stays: undefined, menu: false };

/**
 * The address in parts; with() makes another address of it. go() goes there without a step in the history, from where one
 * is by then: two filters that are changed in one breath both count.
 */
function read() {
  const [where, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const address = (change, to = where) => {
    const all = Object.entries({ ...query, ...change }).filter(([, value]) => value !== '' && value !== undefined);
    return `#/${to}${all.length ? `?${new URLSearchParams(all)}` : ''}`;
  };
  return {
    where,
    query,
    with: address,
    go: (change) => { location.replace(read().with(change)); },
  };
}

/** May the caller do this? Its reason why not, or nothing. */
export const whyNot = (permission) => (shell.me.permissions.includes(permission)
  ? '' : `Your role ${shell.me.role} does not allow this (${permission}).`);

/** The projects that the choice at the upper left leaves. */
function chosen(query) {
  return shell.projects.filter((project) => (!query.region || project.region === query.region)
    && (!query.project || project.id === query.project));
}

async function open() {
  const route = read();
  const found = PAGES.map(([pattern, page]) => [pattern.exec(route.where), page]).find(([match]) => match);
  if (!found) {
    location.replace('#/instances');
    return;
  }
  const [match, file] = found;
  const same = shell.route?.where === route.where;
  shell.route = route;
  shell.menu = false;
  shell.stays = undefined;
  if (same && shell.page?.changed) {
    shell.page.changed(route);
    draw();
    return;
  }
  shell.page?.close?.();
  shell.page = undefined;
  shell.error = undefined;
  draw();
  try {
    const { default: page } = await import(`./pages/${file}.js`);
    if (shell.route !== route) {
      return;
    }
    shell.page = page({ route, id: match[1] && decodeURIComponent(match[1]), draw, whyNot, me: shell.me, chosen, projects: shell.projects });
  } catch (error) {
    shell.error = error;
  }
  draw();
  if (!same) {
    document.querySelector('main h1')?.focus();
    scrollTo(0, 0);
  }
}

function pick(event, field) {
  const change = { [field]: event.target.value, offset: '', instance: '' };
  if (field === 'region') {
    change.project = '';
  }
  const where = /^instances\/|^upgrades/.test(shell.route.where) ? 'instances' : shell.route.where;
  location.hash = shell.route.with(change, where);
}

/** The log-in appears only once the session has really ended: on a shared desk it must not seem so. */
async function leave() {
  try {
    await call('DELETE', '/v3/session');
  } catch (error) {
    if (error.status !== 401) {
      shell.stays = `You are still logged in. ${error.message}`;
      draw();
      return;
    }
  }
  location.assign('/login?next=/console/');
}

/** Where the screen is narrow the pages are behind a button. */
function menu(open) {
  shell.menu = open;
  draw();
  document.querySelector(open ? '#pages a' : '.menu').focus();
}

const back = () => `/login?next=${encodeURIComponent(location.pathname + location.hash)}`;

function top() {
  const { query } = shell.route;
  const regions = [...new Set(shell.projects.map((project) => project.region))].sort();
  const keep = Object.fromEntries(Object.entries(query).filter(([field]) => ['region', 'project'].includes(field)));
  const link = (where) => `#/${where}${Object.keys(keep).length ? `?${new URLSearchParams(keep)}` : ''}`;
  const at = (prefix) => shell.route.where.startsWith(prefix);
  return html`<header class="top">
    <div class="bar">
      <a class="brand" href=${link('instances')}><img src="/login/icon.svg" alt="" width="20" height="20"> Changeover</a>
      <button type="button" class="menu" aria-expanded=${String(shell.menu)} aria-controls="pages" @click=${() => menu(!shell.menu)}>Menu</button>
      <label>Region <select @change=${(event) => pick(event, 'region')}>
        <option value="">All</option>${regions.map((region) => html`<option value=${region} .selected=${query.region === region}>${region}</option>`)}
      </select></label>
      <label>Project <select @change=${(event) => pick(event, 'project')}>
        <option value="">All</option>${chosen({ region: query.region }).map((project) => html`<option value=${project.id}
          .selected=${query.project === project.id}>${project.name}</option>`)}
      </select></label>
      <span class="me"><span>${name(shell.me.name)} <span class="quiet">${shell.me.role}</span></span>
        <button type="button" @click=${leave}>Log out</button></span>
    </div>
    <nav class="main ${shell.menu ? 'open' : ''}" id="pages" aria-label="Pages" @keydown=${(event) => event.key === 'Escape' && shell.menu && menu(false)}>${NAV.filter(([, , permission]) => shell.me.permissions.includes(permission)).map(([where, label, , prefix = where]) => html`<a
      href=${link(where)} aria-current=${at(prefix) ? 'page' : nothing}>${label}</a>`)}</nav>
  </header>`;
}

function draw() {
  document.title = shell.page?.title ? `${shell.page.title} · Changeover` : 'Changeover';
  render(html`<a class="skip" href="#content" @click=${(event) => { event.preventDefault(); document.querySelector('main h1')?.focus(); }}>To the content</a>
    ${top()}
    <main id="content">
      ${shell.ended ? html`<p class="note problem" role="alert">Your session has ended. <a href=${back()}>Log in again</a> to go on here.</p>` : nothing}
      ${shell.stays ? html`<p class="note problem" role="alert">${shell.stays}</p>` : nothing}
      ${shell.error ? problem(shell.error) : shell.page ? shell.page.view() : loading()}
    </main>
    <div class="toast" id="said" role="status"></div>
    <div class="hidden-label" id="told" role="status"></div>`, document.body);
}

addEventListener('session-ended', () => {
  if (shell.me && !shell.ended) {
    shell.ended = true;
    draw();
  }
});

/** In another tab somebody may have logged out, and in again, perhaps as somebody else. */
async function look() {
  const me = document.hidden || !shell.me ? undefined : await get('/v3/me').catch(() => undefined);
  if (me && (shell.ended || me.name !== shell.me.name)) {
    location.reload();
  }
}

async function start() {
  try {
    shell.me = await get('/v3/me');
    shell.projects = await whole('/v3/projects', 'projects');
  } catch (error) {
    if (error.status === 401) {
      location.replace(back());
      return;
    }
    render(html`<main>${problem(error)}<p><a href="">Try again</a></p></main>`, document.body);
    return;
  }
  document.body.replaceChildren();
  addEventListener('hashchange', open);
  addEventListener('visibilitychange', look);
  open();
}

start();
