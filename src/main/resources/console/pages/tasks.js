// The Task Center: Instant Tasks (REQUIREMENTS S23) and Scheduled Tasks (S24).
import { call, get, now, path, query } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { away, status, time } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { command } from '../parts/commands.js';
import { ask, button, choose, emptyPart, filter, name, pager, say, table } from '../parts/parts.js';

const SIZE = 20;
const SEVERAL = 50;
const WORDS = { Pending: 'To be executed', Unauthorized: 'To be authorized' };
const STATES = {
  instant: ['Running', 'Completed', 'Failed'],
  scheduled: ['Pending', 'Unauthorized', 'Running', 'Completed', 'Failed', 'Canceled'],
};
const OPEN = ['Pending', 'Unauthorized'];

const common = (job) => ({
  ...job,
  ...job.target_config,
  status: job.job_status ?? job.status,
  created: job.create_time ?? job.created_time,
});

export default function tasks({ route, draw, chosen, whyNot }) {
  const picked = new Set();

  const kind = () => route.where.split('/')[1];

  /** A part of the list of one project, or the newest of several; the newest first. */
  const asked = asking(async () => {
    const scheduled = kind() === 'scheduled';
    const { q, status: state, days, offset } = route.query;
    const projects = chosen(route.query);
    const one = projects.length === 1;
    const start = days ? now() - days * 86400000 : '';
    const search = query({
      status: state, start_time: start, offset: one ? offset : '', limit: one ? SIZE : SEVERAL,
      ...(q ? { [/^[0-9a-f-]{36}$/.test(q) ? 'job_id' : scheduled ? 'instance_id' : 'job_name']: q } : {}),
    });
    const answers = await Promise.all(projects.map((project) => get(`${path`/v3/${project.id}/`}${scheduled ? 'scheduled-jobs' : 'immediate-jobs'}${search}`)
      .then((answer) => ({ ...answer, list: (answer.schedules ?? answer.jobs).map((job) => ({ ...common(job), project })) }))));
    return {
      one,
      rows: answers.flatMap((answer) => answer.list).sort((a, b) => b.created.localeCompare(a.created)).slice(0, SEVERAL),
      total: answers.reduce((sum, answer) => sum + answer.total_count, 0),
    };
  }, { draw, every: 5000 });

  const where = (job) => html`<a href="#/instances/${encodeURIComponent(job.instance_id)}">${name(job.instance_name)}</a>`;

  const pick = (job) => html`<input type="checkbox" aria-label="Choose the task of ${job.instance_name}" .checked=${picked.has(job.job_id)}
    @change=${(event) => { picked[event.target.checked ? 'add' : 'delete'](job.job_id); draw(); }}>`;

  const columns = () => [
    ['Choose', pick, 'act'],
    ['Task', (job) => html`<a href="#/upgrades/${job.job_id}">${job.job_name}</a>`],
    ['Instance', where, 'wide'],
    ['Proxy', (job) => name(job.proxy_name ?? ''), 'name'],
    ['Version', (job) => html`<span class="mono nowrap">${job.source_version ?? ''}${job.target_version ? ` → ${job.target_version}` : ''}</span>`],
    ['Status', (job) => html`${status(job.status, WORDS[job.status] ?? job.status)} ${job.process ? html`<span class="quiet">${job.process} %</span>` : nothing}
      ${job.fail_reason ? html`<br><span class="small">${job.fail_reason}</span>` : nothing}`],
    ...(kind() === 'scheduled' ? [['Planned', (job) => (job.start_time ? html`${time(job.start_time, { named: true })} <span class="quiet small">${away(job.start_time)}</span>` : nothing)]] : []),
    ['Created', (job) => time(job.created)],
    ['Actions', (job) => actions(job), 'act'],
  ];

  function actions(job) {
    if (OPEN.includes(job.status)) {
      const upgrade = { ...job, project_id: job.project.id, proxy_name: job.proxy_name ?? job.instance_name };
      const why = whyNot('rds:instance:modifyProxy');
      return button('Cancel', () => command(upgrade, 'cancel', asked.again), { why, describe: job.instance_name });
    }
    const why = whyNot('rds:task:delete') || (['Failed', 'Canceled', 'Completed'].includes(job.status) ? '' : 'It has not ended: its record can be deleted after that.');
    return button('Delete', () => remove([job]), { why, describe: job.instance_name });
  }

  function remove(jobs) {
    ask({
      title: jobs.length === 1 ? `Delete the record of ${jobs[0].instance_name}` : `Delete ${jobs.length} records`,
      says: 'Only the record goes; the work is never stopped by it.',
      label: 'Delete', kind: 'danger', reason: false,
      act: async () => {
        await each(jobs, (job) => call('DELETE', path`/v3/${job.project.id}/jobs/${job.job_id}`));
        say('Deleted.');
      },
    });
  }

  function cancel(jobs) {
    ask({
      title: jobs.length === 1 ? `Cancel the task of ${jobs[0].instance_name}` : `Cancel ${jobs.length} tasks`,
      says: 'They end before anything is changed.', label: 'Cancel tasks', kind: 'danger', reason: false,
      act: async () => {
        await each(jobs, (job) => call('DELETE', path`/v3/${job.project.id}/scheduled-jobs`, { job_ids: [job.job_id] }));
        say('Cancelled.');
      },
    });
  }

  async function each(jobs, act) {
    try {
      for (const job of jobs) {
        await act(job);
        picked.delete(job.job_id);
      }
    } finally {
      await asked.again();
    }
  }

  function several(rows) {
    const jobs = rows.filter((job) => picked.has(job.job_id));
    if (!jobs.length) {
      return nothing;
    }
    const open = jobs.filter((job) => OPEN.includes(job.status));
    const ended = jobs.filter((job) => !OPEN.includes(job.status) && job.status !== 'Running');
    return html`<div class="actions"><span>${jobs.length} chosen</span>
      ${button('Cancel chosen', () => cancel(open), { why: whyNot('rds:instance:modifyProxy') || (open.length ? '' : 'None of them waits for its opening.') })}
      ${button('Delete chosen', () => remove(ended), { why: whyNot('rds:task:delete') || (ended.length ? '' : 'None of them has ended.') })}</div>`;
  }

  return {
    title: 'Task Center',
    changed(next) { route = next; asked.anew(); },
    close: asked.close,
    view: () => html`<div class="head"><h1 tabindex="-1">Task Center</h1></div>
      <nav class="main" aria-label="Kinds of tasks">${[['instant', 'Instant Tasks'], ['scheduled', 'Scheduled Tasks']].map(([which, label]) => html`<a
        href=${route.with({ offset: '', status: '' }, `tasks/${which}`)} aria-current=${kind() === which ? 'page' : nothing}>${label}</a>`)}</nav>
      <div class="card">
        <div class="filters">
          ${filter(route, kind() === 'scheduled' ? 'Job or instance id' : 'Job id or task name', 'q')}
          ${choose(route, 'Status', 'status', [['', 'any'], ...STATES[kind()].map((word) => [word, WORDS[word] ?? word])])}
          ${choose(route, 'Created in the last', 'days', [['', '7 days'], ['1', 'day'], ['30', '30 days']])}
        </div>
        ${asked.show(({ one, rows, total }) => html`${several(rows)}${rows.length ? html`${table('Tasks', columns(), rows)}${one || total <= rows.length ? pager(route, total, rows.length, one ? SIZE : total)
    : html`<p class="pager small quiet">The newest ${rows.length} of ${total.toLocaleString()}: choose a project to see the others</p>`}`
    : emptyPart(route, 'No task is here', kind() === 'scheduled' ? 'Upgrades in the maintenance window appear here for their whole life.' : 'Upgrades upon submission appear here.',
      html`Open an <a href="#/instances">instance</a> and choose Upgrade.`)}`)}
      </div>`,
  };
}
