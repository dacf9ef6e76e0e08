// When to upgrade, what it will do, and one confirmation (REQUIREMENTS S11 to S17, S21).
import { get, key, now, path, post } from './api.js';
import { away, count, ms, span, status, words } from './format.js';
import { html, nothing } from './html.js';
import { dialog, name, problem, table } from './parts.js';

const NODES = [
  ['Node', (node) => name(node.name)],
  ['Role', (node) => node.role.toLowerCase()],
  ['Runs', (node) => html`<span class="mono">${node.from}</span>`],
  ['Estimate', (node) => words(node.estimate_seconds * 1000), 'number'],
  ['Sessions', (node) => node.sessions ?? html`<span class="quiet">${node.silence || 'not known'}</span>`, 'number'],
  ['Over 24 h', (node) => node.sessions_over_24h ?? '', 'number'],
];

const warnings = (plan) => html`<ul class="plain">
  <li>Nodes are changed one at a time; with ${count(plan.nodes.length, 'node')} this takes about <strong>${words(plan.estimate_seconds * 1000)}</strong>.</li>
  <li>Short connections are not affected: no new connection fails.</li>
  <li>Connections that are open for more than 24 hours are interrupted, one by one: <strong>${count(plan.sessions_over_24h, 'session')}</strong> of ${plan.sessions.toLocaleString()} today.</li>
  <li>Upgrade in off-peak hours, and let applications reconnect by themselves.</li>
  <li><strong>An upgrade cannot be rolled back</strong> once it is complete.</li>
</ul>`;

function checks(plan) {
  const failed = plan.checks.filter((check) => !check.passed);
  const alike = Map.groupBy(plan.checks, (check) => `${check.passed} ${check.sentence}`); // each node has its own
  const row = ([check, ...others]) => html`<li>${status(check.passed ? 'passed' : 'failed')} ${check.sentence}${others.length
    ? html` <span class="quiet">× ${others.length + 1}</span>` : nothing}</li>`;
  return html`${failed.length ? html`<div class="note problem"><ul class="plain">${failed.map((check) => html`<li>${check.sentence}</li>`)}</ul></div>` : nothing}
    <details ?open=${failed.length > 0}><summary>Prechecks: ${failed.length ? `${failed.length} of ${plan.checks.length} failed` : `all ${plan.checks.length} passed`}</summary>
      <ul class="plain">${[...alike.values()].map(row)}</ul></details>`;
}

/** The warnings of agents that say something. */
const told = (plan) => plan.nodes.flatMap((node) => node.warnings.map((warning) => html`<p class="note care">${name(node.name)}: ${warning}</p>`));

export function upgradeDialog({ instance, proxy, hours }) {
  const base = path`/v3/${instance.project_id}/instances/${instance.id}/proxy/${proxy.pool_id}`;
  const { about } = proxy;
  const request = key();
  let plan;
  let error;
  let delayed = false;
  let busy = false;

  dialog(({ draw, close }) => {
    if (!plan && !error) {
      get(`${base}/upgrade-plan?is_delayed=true`).then((answer) => { plan = answer; }, (failure) => { error = failure; }).then(draw);
    }
    const submit = async (event) => {
      event.preventDefault();
      if (busy) {
        return;
      }
      busy = true;
      error = undefined;
      draw();
      try {
        const answer = await post(`${base}/upgrade-version`,
          { source_version: about.current_version, target_version: about.latest_version, is_delayed: delayed },
          { 'Idempotency-Key': `${request}-${delayed}` });
        close();
        location.hash = `#/upgrades/${answer.update_result[0].workflow_id}`;
      } catch (failure) {
        error = failure;
        busy = false;
        draw();
      }
    };
    const choose = (value) => () => { delayed = value; draw(); };
    const opening = plan?.opening ?? hours.openings[0];
    const open = ms(opening.opens) <= now() && now() < ms(opening.closes);
    const when = span(opening.opens, opening.closes, hours.time_zone);
    return html`<form @submit=${submit}>
      <header><h2 id="dialog-title">Upgrade ${name(proxy.name)} from <span class="mono">${about.current_version}</span> to <span class="mono">${about.latest_version}</span></h2></header>
      <div class="content">
        <fieldset class="choices"><legend class="hidden-label">When</legend>
          <label><input type="radio" name="when" .checked=${!delayed} @change=${choose(false)} autofocus><strong>Upon submission</strong>
            <small>Immediately after OK.</small></label>
          <label><input type="radio" name="when" .checked=${delayed} @change=${choose(true)}><strong>In maintenance window</strong>
            <small>${when}, ${open ? 'open now' : away(opening.opens)}.</small></label>
        </fieldset>
        ${plan ? html`${checks(plan)}
          <section><h3>Before you go on</h3>${warnings(plan)}</section>${told(plan)}
          <section><h3>Nodes, in this order</h3>${table('Nodes in order', NODES, plan.nodes)}</section>
          <details><summary>Release notes, ${count(about.release_notes.length, 'version')}</summary>
            <dl class="facts">${about.release_notes.map((note) => html`<dt class="mono">${note.version}</dt><dd>${note.notes || html`<span class="quiet">none</span>`}</dd>`)}</dl></details>`
    : error ? nothing : html`<p role="status" class="quiet">Looking at the nodes…</p>`}
        ${problem(error)}
      </div>
      <footer><p class="small">${delayed
    ? html`OK plans the upgrade for ${when}. Until then it can be moved or cancelled.`
    : 'OK starts the upgrade now: the nodes fetch the version, then take over one by one. After the first one there is no way back.'}</p>
        <button type="button" @click=${close}>Cancel</button>
        <button class="primary" aria-disabled=${busy ? 'true' : nothing}>${busy ? 'Submitting…' : 'OK'}</button></footer>
    </form>`;
  });
}
