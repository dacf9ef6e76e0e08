// The nodes of all proxies and what their agents last said.
import { query } from '../parts/api.js';
import { away, status, time } from '../parts/format.js';
import { html } from '../parts/html.js';
import { list } from '../parts/list.js';
import { empty, name, pager, table } from '../parts/parts.js';

const SIZE = 100;
const COLUMNS = [
  ['Node', ({ node }) => html`${name(node.name)} <span class="quiet small mono">${node.id}</span>`, 'wide'],
  ['Proxy', (entry) => html`<a href="#/instances/${encodeURIComponent(entry.instance_id)}">${name(entry.proxy_name)}</a>`, 'name'],
  ['Instance', (entry) => name(entry.instance_name), 'name'],
  ['Role', ({ node }) => (node.role === 'master' ? 'primary' : 'standby')],
  ['State', ({ node }) => status(node.status)],
  ['Version', ({ node }) => html`<span class="mono">${node.version}</span>`],
  ['Sessions', ({ node }) => node.sessions.toLocaleString(), 'number'],
  ['Last word', ({ node }) => (node.observed_at ? html`${time(node.observed_at)} <span class="quiet small">${away(node.observed_at)}</span>` : html`<span class="quiet">never</span>`)],
];

export default (page) => list(page, {
  title: 'Nodes',
  address: (route) => `/v3/nodes${query({ offset: route.query.offset, limit: SIZE })}`,
  every: 15000,
  view: (answer, route) => (answer.nodes.length
    ? html`${table('Nodes', COLUMNS, answer.nodes)}${pager(route, answer.total_count, answer.nodes.length, SIZE)}`
    : empty('There is no node yet', html`Register your fleet: <code>changeover fleet import fleet.yaml</code>`, html`Then start an agent on each host: <code>changeover agent</code>`)),
});
