// An instance: Database Proxy, Proxy Instance Information, with Upgrade in the Version field (REQUIREMENTS S19, S20).
import { get, path, query } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { reachedBy } from '../parts/contacts.js';
import { away, count, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { button, crumbs, empty, name, table } from '../parts/parts.js';
import { fromLink, planned } from '../parts/planned.js';
import { upgradeDialog } from '../parts/upgrade-dialog.js';
import { openings, windowDialog } from '../parts/window.js';
import { generations } from './nodes.js';

const ROLES = { master: 'primary', slave: 'standby' };

const columns = (ran) => [
  ['Node', (node) => name(node.name), 'name'],
  ['Role', (node) => ROLES[node.role] ?? node.role],
  ['Zone', (node) => node.az_code],
  ['State', (node) => status(node.status)],
  ['Version', (node) => html`<span class="mono">${node.version}</span>`],
  ['Generations', (node) => generations(ran.find((each) => each.node_id === node.id)?.generations)],
  ['Sessions', (node) => node.sessions.toLocaleString(), 'number'],
  ['Seen', (node) => (node.observed_at ? html`${time(node.observed_at)} <span class="quiet small">${away(node.observed_at)}</span>` : html`<span class="quiet">never</span>`)],
];

const TASKS = [
  ['Task', (task) => html`<a href="#/upgrades/${task.job_id}">${task.scheduled ? 'in the window' : 'upon submission'}</a>`],
  ['Version', (task) => (task.target_version ? html`<span class="mono">${task.source_version} → ${task.target_version}</span>` : nothing)],
  ['Status', (task) => status(task.status)],
  ['Created', (task) => time(task.created)],
  ['Planned', (task) => time(task.start_time)],
];

const EVENTS = 100;

export default function instancePage({ id, route, draw, whyNot }) {
  const page = { title: 'Instance' };
  let closed = false;

  /** Again and again, so that Upgrade is there as soon as it can be. */
  const asked = asking(async () => {
    const instance = await get(path`/v3/instances/${id}`);
    page.title = instance.name;
    const base = path`/v3/${instance.project_id}/instances/${id}`;
    const search = query({ instance_id: id, limit: 5 });
    const planning = path`/v3/${instance.project_id}/schedule-events`;
    const [versions, hours, { contacts }, scheduled, instant, { events, total_count: planned }] = await Promise.all([
      Promise.all(instance.proxies.map((proxy) => get(`${base}${path`/proxy/${proxy.pool_id}/haproxy/proxy-version`}`))),
      get(`${base}/ops-window`),
      get(`${base}/contacts`),
      get(`${path`/v3/${instance.project_id}/scheduled-jobs`}${search}`),
      get(`${path`/v3/${instance.project_id}/immediate-jobs`}${search}`),
      get(`${planning}${query({ instance_id: id, limit: EVENTS })}`),
    ]);
    const proxies = instance.proxies.map((proxy, i) => ({ ...proxy, about: versions[i] }));
    const tasks = [
      ...scheduled.schedules.map((task) => ({ ...task, ...task.target_config, status: task.job_status, created: task.create_time, scheduled: true })),
      ...instant.jobs.map((task) => ({ ...task, created: task.created_time })),
    ].sort((a, b) => b.created.localeCompare(a.created));
    const linked = route.query.do ? (await get(`${planning}${query({ instance_id: id, id: route.query.event })}`)).events : [];
    if (!closed) {
      fromLink(route, instance, linked, whyNot, () => asked.again());
    }
    return { instance, proxies, hours, contacts, tasks, events, more: planned - events.length };
  }, { draw, every: 5000 });

  /** Why the proxy cannot be upgraded now; nothing where it can. */
  const reason = ({ about }) => whyNot('rds:instance:modifyProxy') || (about.can_upgrade ? '' : about.reason || 'It cannot be upgraded now.');

  function version({ instance, hours }, proxy) {
    const { about } = proxy;
    return html`<div class="actions"><span class="mono">${about.current_version}</span>
      ${about.latest_version === about.current_version ? html`<span class="quiet">newest</span>` : html`<span>newest <span class="mono">${about.latest_version}</span></span>`}
      ${about.risk.level > 1 ? status(about.risk.level > 2 ? 'DEFECTIVE' : 'RISKY', about.risk.level > 2 ? 'defective' : 'at risk') : nothing}
      ${button('Upgrade', () => upgradeDialog({ instance, proxy, hours }), { kind: 'primary', why: reason(proxy), describe: proxy.name })}
    </div>${about.risk.level > 1 ? html`<p class="small">${about.risk.suggest}</p>` : nothing}`;
  }

  const proxyCard = (known, proxy) => html`<section class="card" aria-label="Proxy ${proxy.name}">
    <h2>Proxy Instance Information</h2>
    <dl class="facts">
      <dt>Proxy</dt><dd>${name(proxy.name)} <span class="quiet small mono">${proxy.pool_id}</span></dd>
      <dt>Version</dt><dd>${version(known, proxy)}</dd>
      <dt>Status</dt><dd>${status(proxy.status)}</dd>
      <dt>Address</dt><dd class="mono">${proxy.address}:${proxy.port}</dd>
      <dt>Mode</dt><dd>${proxy.mode}, ${proxy.node_num} nodes</dd>
    </dl>
    <h3>Nodes</h3>
    ${table(`Nodes of ${proxy.name}`, columns(known.instance.generations), proxy.nodes)}
  </section>`;

  function head() {
    const { instance } = asked.answer ?? {};
    return html`${crumbs(html`<a href="#/instances">Instances</a>`, name(instance?.name ?? id), 'Database Proxy')}
      <div class="head"><h1 tabindex="-1">Database Proxy <span class="quiet">${name(instance?.name ?? '')}</span></h1>
        ${instance ? status(instance.status) : nothing}</div>`;
  }

  function view(known) {
    const { instance, proxies, hours, contacts, tasks, events, more } = known;
    return html`
        ${proxies.length ? proxies.map((proxy) => proxyCard(known, proxy)) : html`<div class="card">${empty('This instance has no proxy', html`Add one to the fleet's file and import it: <code>changeover fleet import fleet.yaml</code>`)}</div>`}
        ${events.length ? html`<section class="card"><h2>Planned events</h2>${planned(instance, events, whyNot, asked.again)}${more > 0 ? html`<p class="small quiet">and ${count(more, 'more', 'more')}: <code>changeover event list</code></p>` : nothing}</section>` : nothing}
        <div class="cards">
          <section class="card"><div class="head"><h2>Maintenance window</h2><span class="push">${button('Change', () => windowDialog(instance, hours, asked.again), { why: whyNot('rds:instance:modify') })}</span></div>
            ${openings(hours)}</section>
          <div class="pile"><section class="card"><div class="head"><h2>Contacts</h2><a class="push" href="#/contacts?instance=${encodeURIComponent(id)}">Contacts and tests</a></div>
            ${contacts.length ? html`<ul class="plain">${contacts.map((contact) => html`<li>${name(contact.name)} <span class="quiet small">${reachedBy(contact)}</span></li>`)}</ul>`
    : empty('Nobody is told of this instance', 'Add a contact, so that a held upgrade finds somebody.')}</section>
          <section class="card"><h2>Upgrades</h2>
            ${tasks.length ? table('Upgrades of this instance', TASKS, tasks) : empty('No upgrade in the last 7 days', 'Upgrade stands beside the version above.')}</section></div>
        </div>`;
  }

  return Object.assign(page, { close() { closed = true; asked.close(); }, view: () => html`${head()}${asked.show(view)}` });
}
