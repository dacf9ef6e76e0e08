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
  ['Over age limit', (node) => node.sessions_over_24h ?? '', 'number'],
];

const limit = (s) => s % 3600 ? words(s * 1000) : count(s / 3600, 'hour');

const warnings = (plan) => html`<ul class="plain">
  <li>Nodes are changed one at a time; with ${count(plan.nodes.length, 'node')} this takes about <strong>${words(plan.estimate_seconds * 1000)}</strong>.</li>
  <li>Short connections are not affected: no new connection fails.</li>
  <li>Connections that are open for more than ${limit(plan.age_limit_seconds)} are interrupted, one by one: <strong>${count(plan.sessions_over_24h, 'session')}</strong> of ${plan.sessions.toLocaleString()} today.</li>
  <li>Upgrade in off-peak hours, and let applications reconnect by themselves.</li>
  <li><strong>An upgrade cannot be rolled back</strong> once it is complete.</li>
</ul>`;

const failed = (plan) => plan.checks.filter((check) => !check.passed);

/** The one precheck that a request may accept. */
const isAcceptable = (check) => check.name === 'LOST_STICKINESS';

/** Each with the value that decided it; those of all nodes in one line. */
function checks(plan) {
  const lines = Map.groupBy(plan.checks, (check) => `${check.passed} ${check.name}`);
  const line = ([check, ...others]) => html`<li>${status(check.passed ? 'passed' : 'failed')} ${[check.sentence,
    ...others.map((other) => other.sentence.slice(other.sentence.indexOf(': ') + 2))].join('; ')}</li>`;
  const against = failed(plan).length;
  return html`<details ?open=${against > 0}><summary>Prechecks: ${against ? `${against} of ${plan.checks.length} failed` : `all ${plan.checks.length} passed`}</summary>
    <ul class="plain">${[...lines.values()].map(line)}</ul></details>`;
}

/** Why OK is off; nothing where the server would take it. */
function whyOff(plan, accepted) {
  if (!plan) {
    return 'OK is off until the nodes have been looked at.';
  }
  const refused = failed(plan).filter((check) => !isAcceptable(check));
  if (refused.length) {
    return `OK is off, because the server would refuse it: ${refused[0].sentence}.`;
  }
  return failed(plan).length && !accepted ? 'OK is off until you accept what the nodes would lose.' : '';
}

/** What clients would lose, which has to be accepted. */
function accept(plan, accepted, change) {
  const lost = failed(plan).filter(isAcceptable);
  return lost.length ? html`<div class="note care"><ul class="plain">${lost.map((check) => html`<li>${check.sentence}</li>`)}</ul>
    <label class="accept"><input type="checkbox" .checked=${accepted} @change=${change}> Upgrade all the same: I accept that clients may go to another server.</label></div>` : nothing;
}

/** The warnings of agents that say something. */
const told = (plan) => plan.nodes.flatMap((node) => node.warnings.map((warning) => html`<p class="note care">${name(node.name)}: ${warning}</p>`));

export function upgradeDialog({ instance, proxy, hours }) {
  const base = path`/v3/${instance.project_id}/instances/${instance.id}/proxy/${proxy.pool_id}`;
  const { about } = proxy;
  let request = key();
  let looked = false;
  let plan;
  let error;
  let delayed = false;
  let accepted = false;
  let busy = false;

  dialog(({ draw, close }) => {
    if (!looked) {
      looked = true;
      get(`${base}/upgrade-plan?is_delayed=true`).then((answer) => { plan = answer; }, (failure) => { error = failure; }).then(draw);
    }
    const submit = async (event) => {
      event.preventDefault();
      if (busy || whyOff(plan, accepted)) {
        return;
      }
      busy = true;
      error = undefined;
      draw();
      try {
        const answer = await post(`${base}/upgrade-version`,
          { source_version: about.current_version, target_version: about.latest_version, is_delayed: delayed, ...(accepted ? { accept_lost_stickiness: true } : {}) },
          { 'Idempotency-Key': `${request}-${delayed}-${accepted}` });
        close();
        location.hash = `#/upgrades/${answer.update_result[0].workflow_id}`;
      } catch (failure) {
        error = failure;
        busy = false;
        if (failure.status >= 400 && failure.status < 500) { // an answer, which the same key would only repeat
          request = key();
          accepted = false;
          looked = false;
        }
        draw();
      }
    };
    const choose = (value) => () => { delayed = value; draw(); };
    const opening = plan?.opening ?? hours.openings[0];
    const open = ms(opening.opens) <= now() && now() < ms(opening.closes);
    const off = whyOff(plan, accepted);
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
        ${plan ? html`${accept(plan, accepted, () => { accepted = !accepted; draw(); })}${checks(plan)}
          <section><h3>Before you go on</h3>${warnings(plan)}</section>${told(plan)}
          <section><h3>Nodes, in this order</h3>${table('Nodes in order', NODES, plan.nodes)}</section>
          <details><summary>Release notes, ${count(about.release_notes.length, 'version')}</summary>
            <dl class="facts">${about.release_notes.map((note) => html`<dt class="mono">${note.version}</dt><dd>${note.notes || html`<span class="quiet">none</span>`}</dd>`)}</dl></details>`
    : error ? html`<button type="button" @click=${() => { looked = false; error = undefined; draw(); }}>Look again</button>` : html`<p role="status" class="quiet">Looking at the nodes…</p>`}
        ${problem(error)}
      </div>
      <footer><p class="small ${off && plan ? 'bad' : ''}" id="ok-does">${off || delayed
    ? off || html`OK plans the upgrade for ${when}. Until then it can be moved or cancelled.`
    : 'OK starts the upgrade now: the nodes fetch the version, then take over one by one. After the first one there is no way back.'}</p>
        <button type="button" @click=${close}>Cancel</button>
        <button class="primary" aria-describedby="ok-does" aria-disabled=${busy || off ? 'true' : nothing}>${busy ? 'Submitting…' : 'OK'}</button></footer>
    </form>`;
  });
}
