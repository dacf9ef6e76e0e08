// Campaigns: fleets that are brought off a bad version in waves.
import { post } from '../parts/api.js';
import { plain, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { list } from '../parts/list.js';
import { ask, button, emptyPart, pager, say, table } from '../parts/parts.js';

const SIZE = 20;

export const total = (members) => Object.values(members).reduce((sum, many) => sum + many, 0);

export const ended = (members) => members.DONE ?? 0;

const COLUMNS = [
  ['Campaign', (each) => html`<a href="#/campaigns/${each.id}">off <span class="mono">${each.version}</span></a> to <span class="mono">${each.target_version}</span>`, 'wide'],
  ['Level', (each) => plain(each.level)],
  ['Status', (each) => html`${status(each.status)}${each.note ? html`<br><span class="small quiet">${each.note}</span>` : nothing}`],
  ['Wave', (each) => (each.stage ? `${each.stage} of ${each.waves.length}` : ''), 'number'],
  ['Done', (each) => `${ended(each.members)} of ${total(each.members)}`, 'number'],
  ['Deadline', (each) => time(each.deadline)],
  ['Created', (each) => time(each.created_at)],
];

function create() {
  ask({
    title: 'Plan a campaign',
    says: 'It takes every proxy on the version. Nothing begins and nobody is told before it is started.',
    label: 'Plan',
    reason: false,
    fields: html`<label class="field">Engine<input name="engine" value="haproxy"></label>
      <label class="field">Version that is to be left<input name="version" required></label>
      <label class="field">Level<select name="level"><option value="">as its lifecycle suggests</option>${['CRITICAL', 'MAJOR', 'MINOR'].map((word) => html`<option>${word}</option>`)}</select></label>
      <label class="field">Reason, for owners; empty for the version's own<input name="reason" maxlength="1000"></label>`,
    act: async (data) => {
      const made = await post('/v3/campaigns', Object.fromEntries(Object.entries(data).filter(([, value]) => value)));
      say('The campaign is planned.');
      location.hash = `#/campaigns/${made.id}`;
    },
  });
}

export default (page) => list(page, {
  title: 'Campaigns',
  address: (route) => `/v3/campaigns?limit=${SIZE}&offset=${Number(route.query.offset ?? 0)}`,
  every: 10000,
  lead: () => html`<div class="actions">${button('Plan a campaign', create, { kind: 'primary' })}</div>`,
  view: (answer, route) => (answer.campaigns.length
    ? html`${table('Campaigns', COLUMNS, answer.campaigns)}${pager(route, answer.total_count, answer.campaigns.length, SIZE)}`
    : emptyPart(route, 'There is no campaign', html`When a version is bad, say so under <a href="#/kernels">Kernel versions</a>, then plan one here.`)),
});
