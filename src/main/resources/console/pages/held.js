// Upgrades of all projects that wait for an operator.
import { away, time } from '../parts/format.js';
import { html } from '../parts/html.js';
import { held } from '../parts/commands.js';
import { list } from '../parts/list.js';
import { empty, name } from '../parts/parts.js';

const one = (upgrade, whyNot, again) => html`<section class="held">
  <h2><a href="#/upgrades/${upgrade.job_id}">${name(upgrade.proxy_name)}</a> <span class="quiet">of ${name(upgrade.instance_name)}</span></h2>
  <p>${upgrade.sentence}</p><p class="quiet small">Asked for ${time(upgrade.created_at)}, ${away(upgrade.created_at)}, by ${name(upgrade.requested_by)}</p>
  ${held(upgrade, whyNot, again)}</section>`;

export default (page) => list(page, {
  title: 'Held upgrades',
  address: () => '/v3/upgrades/held',
  every: 5000,
  view: ({ upgrades }, route, again) => (upgrades.length
    ? html`${upgrades.map((upgrade) => one(upgrade, page.whyNot, again))}`
    : empty('Nothing waits for you', 'An upgrade that finds something it must not decide alone appears here, with its reason.')),
});
