// The nodes of all proxies and what their agents last said; those with problems come first.
import { query } from '../parts/api.js';
import { away, count, plain, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { list } from '../parts/list.js';
import { emptyPart, name, pager, table } from '../parts/parts.js';

const SIZE = 100;
const unsaid = () => html`<span class="quiet nowrap">not said yet</span>`;

const finding = ({ problem, kind, text }) => html`<div class="small ${problem ? 'bad' : 'care'}">
  ${problem ? html`■ <strong>${plain(kind)}</strong>: ` : '▲ '}${text}</div>`;

const generation = (one) => html`<div class="small nowrap">${one.number}
  <span class=${one.serving ? 'good' : 'work'}>${one.serving ? '● serving' : '▶ retiring'}</span>
  ${count(one.sessions, 'session')}${one.over_age ? `, ${one.over_age} past the limit` : ''}</div>`;

/** A line each, newest first. */
export const generations = (those) => (those?.length ? those.map(generation) : unsaid());

const COLUMNS = [
  ['Node', ({ node }) => html`${name(node.name)} <span class="quiet small">${node.role === 'master' ? 'primary' : 'standby'}</span>${node.id === node.name ? nothing
    : html` <span class="quiet small mono">${node.id}</span>`}`, 'wide'],
  ['Proxy', (entry) => html`<a href="#/instances/${encodeURIComponent(entry.instance_id)}">${name(entry.proxy_name)}</a> <span class="quiet small">${name(entry.instance_name)}</span>`, 'wide'],
  ['State', ({ node, findings }) => html`${status(node.status)}${findings.map(finding)}`, 'wide'],
  ['Version', ({ node }) => html`<span class="mono">${node.version}</span>`],
  ['Generations', (entry) => generations(entry.generations)],
  ['Sessions', ({ node }) => node.sessions.toLocaleString(), 'number'],
  ['Agent', ({ agent, protocol }) => (protocol ? html`${agent ?? 'from classes'} <span class="quiet small">protocol ${protocol}</span>` : unsaid())],
  ['Last seen', ({ node }) => (node.observed_at ? html`${time(node.observed_at)} <span class="quiet small">${away(node.observed_at)}</span>` : html`<span class="quiet">never</span>`), 'nowrap'],
];

export default (page) => list(page, {
  title: 'Nodes',
  address: (route) => `/v3/nodes${query({ offset: route.query.offset, limit: SIZE })}`,
  every: 15000,
  view: (answer, route) => (answer.nodes.length
    ? html`${table('Nodes', COLUMNS, answer.nodes)}${pager(route, answer.total_count, answer.nodes.length, SIZE)}`
    : emptyPart(route, 'There is no node yet', html`Register your fleet: <code>changeover fleet import fleet.yaml</code>`, html`Then start an agent on each host: <code>changeover agent</code>`)),
});
