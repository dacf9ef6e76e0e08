// Who did what, when, to what, why, from where.
import { query } from '../parts/api.js';
import { plain, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { list } from '../parts/list.js';
import { choose, empty, filter, name, pager, table } from '../parts/parts.js';

const SIZE = 50;

/** Ids after their kind: one line where there are few. */
function subjects(entry) {
  const kinds = [...new Set(entry.subjects.map((subject) => subject.kind))];
  return html`<span>${kinds.map((kind) => html`<span class="quiet">${plain(kind)}</span> <span class="mono">${entry.subjects
    .filter((subject) => subject.kind === kind).map((subject) => subject.id).join(', ')}</span> `)}</span>`;
}

const COLUMNS = [
  ['Time', (entry) => time(entry.at, { exact: true }), 'nowrap'],
  ['Who', (entry) => html`${name(entry.actor || 'nobody known')} <span class="quiet small">${entry.credentials === 'none' ? '' : `${entry.credentials}, `}${entry.address}</span>`, 'wide'],
  ['Action', (entry) => html`${entry.action}${entry.times > 1 ? ` × ${entry.times}` : ''}`],
  ['What', subjects, 'wide'],
  ['Why', (entry) => entry.reason, 'name'],
  ['Outcome', (entry) => html`${status(entry.outcome)} ${entry.error_code ? html`<span class="quiet small">${entry.error_code}</span>` : nothing}`],
];

export default (page) => list(page, {
  title: 'Audit',
  address: ({ query: { actor, action, outcome, instance_id: instance, offset } }) => `/v3/audit${query({ actor, action, outcome, instance_id: instance, offset, limit: SIZE })}`,
  lead: (route) => html`<div class="filters">${filter(route, 'Who', 'actor')}${filter(route, 'Action', 'action')}${filter(route, 'Instance id', 'instance_id')}
    ${choose(route, 'Outcome', 'outcome', [['', 'any'], ...['done', 'refused', 'failed', 'unknown'].map((word) => [word, word])])}</div>`,
  view: (answer, route) => (answer.entries.length
    ? html`${table('Audit trail', COLUMNS, answer.entries)}${pager(route, answer.total_count, answer.entries.length, SIZE)}`
    : empty('Nobody did anything like that in the last 30 days', html`<a href=${route.with({ actor: '', action: '', outcome: '', instance_id: '', offset: '' })}>Show everything</a>`)),
});
