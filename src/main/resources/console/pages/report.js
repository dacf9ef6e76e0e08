// The evidence of an upgrade, for one page of paper.
import { get, path } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { figure, plain, status, time, words } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { crumbs, name, table } from '../parts/parts.js';

const FULL = { dated: true, exact: true, named: true };

const NODES = [
  ['Node', (node) => name(node.node_id)],
  ['Version', (node) => html`<span class="mono">${node.from} → ${node.to}</span>`],
  ['Step', (node) => status(node.step)],
  ['Generation', (node) => node.generation ?? '', 'number'],
  ['Reported version', (node) => (node.reported_version ? html`<span class="mono">${node.reported_version}</span>` : nothing)],
  ['Handover', (node) => (node.handover_ms == null ? '' : html`${node.handover_ms} ms`), 'number'],
  ['Closed by age', (node) => figure(node.closed_by_age), 'number'],
  ['By order', (node) => node.closed_by_order, 'number'],
  ['Left', (node) => figure(node.left), 'number'],
];

const CLOSED = [
  ['Client', (closing) => html`<span class="mono">${closing.client}</span>`],
  ['Age', (closing) => words(closing.age_seconds * 1000), 'number'],
  ['Closed', (closing) => time(closing.at, { exact: true })],
];

const EVENTS = [
  ['Time', (event) => time(event.at, { exact: true })],
  ['Kind', (event) => event.kind.toLowerCase().replaceAll('_', ' ')],
  ['Node', (event) => event.node_id ?? ''],
  ['What happened', (event) => event.text],
];

/** One page of paper has room for so many (console.css has the same numbers). */
const more = (list, shown) => (list.length > shown ? html`<p class="on-paper">and ${list.length - shown} more, which the command line's report has</p>` : nothing);

/** While a retirement is paused or held, or its agent is silent, nobody says what became of the others. */
const closed = (sessions) => (sessions.left == null
  ? `${sessions.closed_by_order} closed by an operator's order; what became of the others is not known now`
  : `${sessions.closed_by_age} closed because of their age, ${sessions.closed_by_order} by an operator's order, ${sessions.left} left`);

export default function reportPage({ id, draw }) {
  const asked = asking(async () => {
    const upgrade = await get(path`/v3/upgrades/${id}`);
    return get(path`/v3/${upgrade.project_id}/upgrades/${id}/report`);
  }, { draw });

  function evidence(report) {
    const { upgrade, sessions } = report;
    const closings = report.nodes.flatMap((node) => node.closings ?? []);
    return html`
      ${report.provisional ? html`<p class="note care">Provisional: the upgrade has not ended altogether.</p>` : nothing}
      <section class="card"><p><strong>${upgrade.sentence}</strong></p>
        <dl class="facts">
          <dt>Instance</dt><dd>${name(upgrade.instance_name)} <span class="mono quiet">${upgrade.instance_id}</span></dd>
          <dt>Outcome</dt><dd>${upgrade.outcome ? status(upgrade.outcome) : html`none yet: ${plain(upgrade.phase)}`}${upgrade.fail_reason ? html` ${upgrade.fail_reason}` : nothing}</dd>
          <dt>Asked for</dt><dd>${time(upgrade.created_at, FULL)} by ${name(upgrade.requested_by)}</dd>
          <dt>All nodes served it</dt><dd>${upgrade.serving_at ? time(upgrade.serving_at, FULL) : 'not yet'}</dd>
          <dt>Ended</dt><dd>${upgrade.ended_at ? time(upgrade.ended_at, FULL) : 'not yet'}</dd>
          <dt>Sessions</dt><dd>${closed(sessions)}</dd>
          <dt>Founded on</dt><dd>${report.basis}</dd>
          <dt>Job</dt><dd class="mono">${upgrade.job_id}</dd>
        </dl></section>
      <section class="card"><h2>Nodes</h2>${table('Nodes', NODES, report.nodes)}</section>
      ${closings.length ? html`<section class="card closings"><h2>Closed because of their age</h2>${table('Closed sessions', CLOSED, closings)}${more(closings, 8)}</section>` : nothing}
      <section class="card happened"><h2>Events</h2>${table('Events', EVENTS, report.events)}${more(report.events, 30)}</section>`;
  }

  function head() {
    const report = asked.answer;
    return html`${crumbs(html`<a href="#/tasks/instant">Task Center</a>`, html`<a href="#/upgrades/${id}">Upgrade</a>`, 'Report')}
      <div class="head"><h1 tabindex="-1">Evidence report${report ? html` <span class="quiet">${name(report.upgrade.proxy_name)}</span>` : nothing}</h1>
        <span class="push actions"><button type="button" @click=${() => print()}>Print</button></span></div>`;
  }

  return { title: 'Evidence report', close: asked.close, view: () => html`${head()}${asked.show(evidence)}` };
}
