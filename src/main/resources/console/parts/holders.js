// Clients that still hold on to old generations; closing them before their time is an operator's decision.
import { path, post } from './api.js';
import { count, plain, span, words } from './format.js';
import { html, nothing } from './html.js';
import { ask, button, name, say, table } from './parts.js';

function close(upgrade, done, { title, says, body }) {
  ask({
    title,
    says,
    label: 'Close',
    kind: 'danger',
    act: async ({ reason }) => {
      await post(path`/v3/${upgrade.project_id}/upgrades/${upgrade.job_id}/close-remaining`, { ...body, reason });
      say('Noted: closing is paced.');
      done();
    },
  });
}

export function holders(upgrade, whyNot, done) {
  const retiring = upgrade.nodes.filter((node) => node.retirement);
  const left = retiring.reduce((sum, node) => sum + node.retirement.left, 0);
  const unseen = upgrade.nodes.some((node) => node.closed_sessions == null);
  if (!left) {
    return unseen ? html`<p class="quiet">Which old sessions are left is not known now.</p>` : retiring.length ? html`<p class="quiet">No old session is left.</p>` : nothing;
  }
  const row = upgrade.commands.find((each) => each.command === 'close-remaining');
  const why = whyNot(row.permission) || row.why_not;
  const all = retiring.flatMap((node) => node.retirement.holders.map((holder) => ({ node, holder })))
    .sort((a, b) => b.holder.age_seconds - a.holder.age_seconds);
  const opening = retiring.map((node) => node.retirement.opening).filter(Boolean).sort((a, b) => a.opens.localeCompare(b.opens))[0];
  const columns = [
    ['Client', ({ holder }) => html`<span class="mono">${holder.client}</span>`],
    ['User', ({ holder }) => html`${name(holder.user ?? '')} ${holder.program ? html`<span class="quiet">${name(holder.program)}</span>` : nothing}`],
    ['Age', ({ holder }) => words(holder.age_seconds * 1000), 'number'],
    ['Doing', ({ holder }) => plain(holder.state), 'nowrap'],
    ['Node', ({ node }) => name(node.name), 'name'],
    ['Actions', ({ node, holder }) => button('Close', () => close(upgrade, done, {
      title: `Close the session of ${holder.client}`,
      says: `It is ${words(holder.age_seconds * 1000)} old and ${plain(holder.state)}. Its client has to connect again.`,
      body: { node_id: node.node_id, session: holder.id },
    }), { why, describe: `session of ${holder.client}` }), 'act'],
  ];
  return html`<div class="head"><h3>${count(left, 'old session')} held${unseen ? ', more are not known now' : ''}, longest first</h3>
      <span class="push">${button('Close remaining', () => close(upgrade, done, {
    title: `Close ${count(left, 'remaining session')}`,
    says: `Whatever their age, one by one. If there are more than ${left} by then, none is closed.`,
    body: { count: left },
  }), { why, kind: 'danger' })}</span></div>
    ${opening ? html`<p class="small quiet">Sessions past the age limit are closed in the window only: ${span(opening.opens, opening.closes)}</p>` : nothing}
    ${all.length ? html`<div class="tight" tabindex="0" role="region" aria-label="Clients that hold on">${table('Clients that hold on', columns, all.slice(0, 10))}</div>` : nothing}
    ${left > all.length && all.length ? html`<p class="small quiet">and ${left - all.length} more</p>` : nothing}`;
}
