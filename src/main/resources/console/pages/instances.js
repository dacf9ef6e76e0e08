// All instances that the caller may see, of the chosen region and project.
import { path, whole } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { away, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { choose, empty, filter, name, pager, table } from '../parts/parts.js';

const SIZE = 100;
const RISKS = { ACTIVE: 0, RISKY: 1, EXPIRED: 1, OFFLINE: 1, DEFECTIVE: 2 };

const rows = (project, instance) => (instance.proxies.length ? instance.proxies : [undefined])
  .map((proxy) => ({ project, instance, proxy: proxy && { ...instance.newest.find((each) => each.proxy_id === proxy.pool_id), ...proxy } }));

const link = (row) => html`<a href="#/instances/${encodeURIComponent(row.instance.id)}">${name(row.instance.name)}</a>`;

const version = (row) => (row.proxy ? html`<span class="mono">${row.proxy.version}</span>` : html`<span class="quiet">no proxy</span>`);

function newest({ proxy }) {
  if (!proxy?.latest_version) {
    return nothing;
  }
  return proxy.latest_version === proxy.version ? html`<span class="quiet">newest</span>` : html`<span class="mono">${proxy.latest_version}</span>`;
}

const risk = ({ proxy }) => (proxy?.lifecycle && proxy.lifecycle !== 'ACTIVE' ? status(proxy.lifecycle) : html`<span class="quiet">none known</span>`);

const COLUMNS = [
  ['Instance', link, 'wide'],
  ['Project', (row) => name(row.project.name), 'name'],
  ['Proxy', (row) => (row.proxy ? name(row.proxy.name) : nothing), 'name'],
  ['Version', version],
  ['Newest', newest],
  ['Risk', risk],
  ['Status', (row) => status(row.instance.status === 'NORMAL' ? row.proxy?.status ?? 'NORMAL' : row.instance.status)],
  ['Next opening', (row) => html`${time(row.instance.next_opening, { named: true })} <span class="quiet small">${away(row.instance.next_opening)}</span>`, 'nowrap'],
];

/** All of a project, which can be more than are answered at once. */
async function all(project) {
  const found = await whole(path`/v3/${project.id}/instances`, 'instances');
  return found.flatMap((instance) => rows(project, instance));
}

export default function instances({ route, draw, chosen, whyNot }) {
  const asked = asking(async () => (await Promise.all(chosen(route.query).map(all))).flat(), { draw, every: 30000 });

  function matches(row) {
    const { q, risk: wanted, state } = route.query;
    const text = [row.instance.name, row.instance.id, row.proxy?.name, row.proxy?.pool_id, row.proxy?.version].join('\n').toLowerCase();
    return (!q || text.includes(q.toLowerCase()))
      && (wanted !== 'any' || RISKS[row.proxy?.lifecycle] > 0)
      && (wanted !== 'behind' || (row.proxy?.latest_version && row.proxy.latest_version !== row.proxy.version))
      && (!state || row.proxy?.status === state || row.instance.status === state);
  }

  function list(known) {
    if (!known.length) {
      return whyNot('rds:kernel:manage')
        ? empty('There is no instance yet', 'Ask your operator to register one for your project.')
        : empty('There is no instance yet', html`Register your fleet from a file: <code>changeover fleet import fleet.yaml</code>`, 'It appears here at once.');
    }
    const found = known.filter(matches);
    if (!found.length) {
      return empty('No instance is like that', html`<a href=${route.with({ q: '', risk: '', state: '', offset: '' })}>Show all ${known.length}</a>`);
    }
    const from = Number(route.query.offset ?? 0);
    const shown = found.slice(from, from + SIZE);
    return html`${table('Instances', COLUMNS, shown)}${pager(route, found.length, shown.length, SIZE)}`;
  }

  return {
    title: 'Instances',
    close: asked.close,
    changed(next) {
      const other = ['region', 'project'].some((field) => next.query[field] !== route.query[field]);
      route = next;
      if (other) {
        asked.answer = undefined;
        asked.again();
      }
    },
    view: () => html`<div class="head"><h1 tabindex="-1">Instances</h1></div>
      <div class="card">
        <div class="filters">
          ${filter(route, 'Search by name, id or version', 'q')}
          ${choose(route, 'Version', 'risk', [['', 'any'], ['behind', 'not the newest'], ['any', 'with a risk']])}
          ${choose(route, 'Status', 'state', [['', 'any'], ['NORMAL', 'normal'], ['UPGRADING', 'upgrading'], ['FROZEN', 'frozen'], ['ABNORMAL', 'abnormal']])}
        </div>
        ${asked.show(list)}
      </div>`,
  };
}
