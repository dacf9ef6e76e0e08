// What contacts were told, of an instance (?instance=), a campaign (?campaign=) or the chosen projects, and how that went.
import { get, path, query } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { plain, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { choose, crumbs, emptyPart, pager, table } from '../parts/parts.js';

const SIZE = 50;

const delivery = (each) => html`<div class="small">${plain(each.channel)} ${each.address} ${status(each.status)}${each.reason
  ? html` ${each.reason}` : nothing}${each.attempts > 1 ? html` <span class="quiet">after ${each.attempts} attempts</span>` : nothing}</div>`;

const COLUMNS = [
  ['Told', (notice) => time(notice.due_at, { exact: true }), 'nowrap'],
  ['What', (notice) => html`${plain(notice.kind)}${notice.reminder ? ' reminder' : ''} <span class="quiet small">${plain(notice.level)}</span>`],
  ['Proxy', (notice) => html`<a href="#/instances/${encodeURIComponent(notice.instance_id)}">${notice.proxy_id}</a>`, 'name'],
  ['Version', (notice) => html`<span class="mono">${notice.source_version} → ${notice.target_version}</span>`],
  ['Planned', (notice) => time(notice.planned_time)],
  ['Deliveries', (notice) => (notice.deliveries.length ? notice.deliveries.map(delivery)
    : status(notice.state, notice.state === 'NOBODY' ? 'there is nobody to tell' : undefined)), 'wide'],
];

export default function noticesPage({ route, draw, chosen }) {
  /** The newest of each project, and of one project every part. */
  const asked = asking(async () => {
    const { instance: id, campaign, unreached, offset } = route.query;
    if (campaign) {
      const answer = await get(`${path`/v3/campaigns/${campaign}/notices`}${query({ unreached, limit: SIZE, offset })}`);
      return { one: true, notices: answer.notices, total: answer.total_count };
    }
    const projects = id ? [(await get(path`/v3/instances/${id}`)).project_id] : chosen(route.query).map((project) => project.id);
    const one = projects.length === 1;
    const search = query({ instance_id: id, limit: SIZE, offset: one ? offset : '' });
    const answers = await Promise.all(projects.map((project) => get(`${path`/v3/${project}/notices`}${search}`)));
    return {
      one,
      notices: answers.flatMap((answer) => answer.notices).sort((a, b) => b.id - a.id).slice(0, SIZE),
      total: answers.reduce((sum, answer) => sum + answer.total_count, 0),
    };
  }, { draw, every: 10000 });

  return {
    title: 'Notices',
    changed(next) { route = next; asked.anew(); },
    close: asked.close,
    view: () => html`${route.query.campaign
    ? crumbs(html`<a href="#/campaigns">Campaigns</a>`, html`<a href="#/campaigns/${encodeURIComponent(route.query.campaign)}">Campaign</a>`, 'Notices')
    : crumbs(html`<a href=${route.with({}, 'contacts')}>Contacts</a>`, 'Notices')}
      <div class="head"><h1 tabindex="-1">Notices <span class="quiet">${route.query.instance ?? (route.query.campaign ? 'of a campaign' : '')}</span></h1></div>
      <div class="card">${route.query.campaign ? html`<div class="filters">${choose(route, 'Reached', 'unreached', [['', 'any'], ['true', 'not everybody']])}</div>` : nothing}${asked.show(({ one, notices, total }) => (notices.length
    ? html`${table('Notices', COLUMNS, notices)}${one || total <= notices.length ? pager(route, total, notices.length, SIZE)
      : html`<p class="pager small quiet">The newest ${notices.length} of ${total.toLocaleString()}: choose a project to see the others</p>`}`
    : emptyPart(route, 'Nobody was told anything yet', html`Contacts are told before, during and after an upgrade: <a href=${route.with({}, 'contacts')}>add one</a>.`)))}</div>`,
  };
}
