// A campaign: its waves, its rules, who is behind and why, and what can be said to it.
import { get, path, post, query } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { count, plain, status, time, words } from '../parts/format.js';
import { html, nothing, svg } from '../parts/html.js';
import { ask, button, choose, crumbs, empty, name, pager, say, table } from '../parts/parts.js';
import { ended, total } from './campaigns.js';

const SIZE = 50;
const ORDERS = {
  start: ['Start', 'Owners are told; its first wave begins after the lead time.'],
  approve: ['Approve the next wave', 'The next wave may begin.'],
  pause: ['Pause', 'Nothing further is delivered until it is resumed.'],
  resume: ['Resume', 'It goes on where it paused.'],
  halt: ['Halt', 'It ends: what was not delivered is not.'],
};
const ALLOWED = {
  PLANNED: ['start', 'halt'], RUNNING: ['pause', 'halt'], AWAITING: ['approve', 'pause', 'halt'], PAUSED: ['resume', 'halt'], HALTED: [], DONE: [],
};
const BEHIND = ['FAILED', 'NEEDS_OPERATOR', 'HELD'];
const STYLE = { DONE: 'fill-good', FAILED: 'fill-bad', HELD: 'fill-bad', NEEDS_OPERATOR: 'fill-care', RUNNING: 'fill-work', OWN: 'fill-work' };

function bar(members) {
  const all = total(members) || 1;
  let at = 0;
  return html`<svg class="draw" viewBox="0 0 1000 16" height="16" preserveAspectRatio="none" role="img"
    aria-label=${Object.entries(members).map(([word, many]) => `${many} ${plain(word)}`).join(', ')}>
    <rect class="fill-line" x="0" y="2" width="1000" height="12"/>${Object.entries(members).map(([word, many]) => {
    const width = (1000 * many) / all;
    const from = at;
    at += width;
    return svg`<rect class=${STYLE[word] ?? 'fill-line'} x=${from} y="2" width=${width} height="12"/>`;
  })}</svg>`;
}

const WAVES = [
  ['Wave', (wave) => wave.stage, 'number'],
  ['Size', (wave) => wave.size, 'nowrap'],
  ['Members', (wave) => html`${bar(wave.members)}<span class="small">${Object.entries(wave.members).map(([word, many]) => `${many} ${plain(word)}`).join(', ')}</span>`, 'wide'],
  ['Soak', (wave) => words(wave.soak_seconds * 1000), 'nowrap'],
  ['Approval', (wave) => (wave.approval ? 'an operator' : 'by itself'), 'nowrap'],
];

const STRAGGLERS = [
  ['Status', (each) => status(each.status), 'nowrap'],
  ['Reason', (each) => each.reason || 'none given', 'wide'],
  ['Proxies', (each) => each.members, 'number'],
];

const MEMBERS = [
  ['Proxy', (member) => html`<a href="#/instances/${encodeURIComponent(member.instance_id)}">${name(member.proxy_name)}</a> <span class="quiet small">${name(member.instance_name)}</span>`, 'wide'],
  ['Wave', (member) => member.stage, 'number'],
  ['Status', (member) => html`${status(member.status)} <span class="small">${member.reason}</span>`],
  ['Begins', (member) => time(member.execute_time)],
  ['Deliveries', (member) => html`<a href="#/notices?instance=${encodeURIComponent(member.instance_id)}">notices</a>`],
  ['Task', (member) => (member.job_id ? html`<a href="#/upgrades/${member.job_id}">upgrade</a>` : nothing)],
];

export default function campaignPage({ id, route, draw, whyNot }) {
  const page = { title: 'Campaign' };
  const asked = asking(async () => {
    const { status: state, stage, offset } = route.query;
    const base = path`/v3/campaigns/${id}`;
    const [campaign, members] = await Promise.all([get(base), get(`${base}/members${query({ status: state, stage, offset, limit: SIZE })}`)]);
    page.title = `Campaign off ${campaign.version}`;
    return { campaign, members };
  }, { draw, every: 5000 });

  function order(campaign, word) {
    const [label, says] = ORDERS[word];
    const why = whyNot('rds:upgrade:operate') || ((ALLOWED[campaign.status] ?? Object.keys(ORDERS)).includes(word)
      ? '' : `A campaign that is ${plain(campaign.status)} does not take this.`);
    return button(label, () => ask({
      title: `${label}: off ${campaign.version}`, says, label, kind: word === 'halt' ? 'danger' : 'primary',
      act: async ({ reason }) => { await post(path`/v3/campaigns/${id}/${word}`, { reason }); say(`${label}: noted.`); asked.again(); },
    }), { why, kind: word === 'halt' ? 'danger' : '' });
  }

  function view({ campaign, members }) {
    const { rules } = campaign;
    const states = Object.keys(campaign.members);
    const told = `#/notices?campaign=${encodeURIComponent(id)}`;
    const behind = BEHIND.reduce((sum, word) => sum + (campaign.members[word] ?? 0), 0);
    return html`<section class="card"><p><strong>${ended(campaign.members)} of ${count(total(campaign.members), 'proxy', 'proxies')} have left ${campaign.version}</strong>${behind ? html`; <span class="bad">■ ${behind.toLocaleString()} need a hand</span>` : nothing}</p>
        ${campaign.note ? html`<p class="note">${campaign.note}</p>` : nothing}
        ${bar(campaign.members)}
        <dl class="facts">${campaign.reason ? html`<dt>Because</dt><dd>${campaign.reason}</dd>` : nothing}<dt>To</dt><dd class="mono">${campaign.target_version}</dd>
          <dt>Level</dt><dd>${plain(campaign.level)}</dd><dt>Owners choose until</dt><dd>${time(campaign.deadline, { named: true })}</dd>
          <dt>Budget</dt><dd>${rules.at_once} at once, ${rules.per_project} in a project, ${rules.per_minute} a minute; ${rules.tolerated} of a wave may fail</dd>
          <dt>Told before</dt><dd>${words(rules.lead_time_seconds * 1000)}; <a href=${told}>who was told</a>${campaign.nobody_to_tell ? html`; <span class="care">▲ of ${campaign.nobody_to_tell} nobody can be told</span>` : nothing}${campaign.not_reached
    ? html`; <a class="care" href=${`${told}&unreached=true`}>▲ of ${campaign.not_reached} somebody was not reached</a>` : nothing}</dd>
          <dt>Planned</dt><dd>${time(campaign.created_at)} by ${name(campaign.created_by)}</dd></dl>
        <div class="actions">${Object.keys(ORDERS).map((word) => order(campaign, word))}</div></section>
      <section class="card"><h2>Waves</h2>${table('Waves', WAVES, campaign.waves)}</section>
      ${campaign.stragglers.length ? html`<section class="card"><h2>Stragglers by reason</h2>${table('Stragglers by reason', STRAGGLERS, campaign.stragglers)}</section>` : nothing}
      <section class="card"><h2>Members</h2>
        <div class="filters">${choose(route, 'Status', 'status', [['', 'any'], ...states.map((word) => [word, plain(word)])])}
          ${choose(route, 'Wave', 'stage', [['', 'any'], ...campaign.waves.map((wave) => [String(wave.stage), String(wave.stage)])])}</div>
        ${members.members.length ? table('Members', MEMBERS, members.members) : empty('No member is like that', html`<a href=${route.with({ status: '', stage: '', offset: '' })}>Show all members</a>`)}${pager(route, members.total_count, members.members.length, SIZE)}</section>`;
  }

  function head() {
    const { campaign } = asked.answer ?? {};
    return html`${crumbs(html`<a href="#/campaigns">Campaigns</a>`, campaign ? `off ${campaign.version}` : id)}
      <div class="head"><h1 tabindex="-1">Campaign ${campaign ? html`off <span class="mono">${campaign.version}</span>` : nothing}</h1>${campaign ? status(campaign.status) : nothing}</div>`;
  }

  return Object.assign(page, {
    changed(next) { route = next; asked.anew(); },
    close: asked.close,
    view: () => html`${head()}${asked.show(view)}`,
  });
}
