// The catalogue of kernel versions, with their lifecycle (REQUIREMENTS S3, S8).
import { call, path, query } from '../parts/api.js';
import { status, time } from '../parts/format.js';
import { html } from '../parts/html.js';
import { list } from '../parts/list.js';
import { ask, button, choose, empty, say, table } from '../parts/parts.js';

const LIFECYCLES = ['ACTIVE', 'RISKY', 'DEFECTIVE', 'EXPIRED', 'OFFLINE'];

function change(kernel, again) {
  ask({
    title: `Lifecycle of ${kernel.version}`,
    says: 'Nothing that runs is changed. A version that is not active is offered to nobody; its reason is told to those who run it.',
    label: 'Change',
    reason: false,
    fields: html`<label class="field">Lifecycle<select name="lifecycle">${LIFECYCLES.map((word) => html`<option ?selected=${word === kernel.lifecycle}>${word}</option>`)}</select></label>
      <label class="field">Reason, for those who run it<input name="reason" maxlength="1024" value=${kernel.lifecycle_reason}></label>`,
    act: async ({ lifecycle, reason }) => {
      await call('PATCH', path`/v3/kernel-versions/${kernel.engine}/${kernel.version}`, { lifecycle, ...(reason ? { reason } : {}) });
      say(`${kernel.version} is ${lifecycle.toLowerCase()}.`);
      again();
    },
  });
}

const columns = (again) => [
  ['Version', (kernel) => html`<span class="mono">${kernel.version}</span>`],
  ['Lifecycle', (kernel) => html`${status(kernel.lifecycle)} <span class="small">${kernel.lifecycle_reason}</span>`],
  ['Reported version', (kernel) => html`<span class="mono">${kernel.reported_version}</span>`],
  ['Expires', (kernel) => (kernel.expires_at ? time(kernel.expires_at, { named: true }) : html`<span class="quiet">never</span>`)],
  ['Packages', (kernel) => (kernel.packages.length ? kernel.packages.map((each) => each.arch).join(', ') : html`<span class="quiet">none: no target</span>`)],
  ['Release notes', (kernel) => kernel.release_notes, 'wide'],
  ['Actions', (kernel) => button('Change', () => change(kernel, again), { describe: kernel.version }), 'act'],
];

export default (page) => list(page, {
  title: 'Kernel versions',
  address: (route) => `/v3/kernel-versions${query({ engine: route.query.engine })}`,
  lead: (route) => html`<div class="filters">${choose(route, 'Engine', 'engine', [['', 'haproxy'], ['taurusproxy', 'taurusproxy'], ['sandbox', 'sandbox']])}</div>`,
  view: ({ kernel_versions: kernels }, route, again) => (kernels.length
    ? table('Kernel versions', columns(again), kernels)
    : empty('The catalogue has no version of this engine', html`Add versions from a file: <code>changeover kernel import kernels.yaml</code>`)),
});
