// Forced upgrades as an instance's owner sees them: now, another slot, or not before the deadline.
import { path, post } from './api.js';
import { status, time } from './format.js';
import { html } from './html.js';
import { obey } from './link.js';
import { ask, button, name, say, table } from './parts.js';

const OPEN = ['WAITING', 'INQUIRING', 'SCHEDULED'];

function tell(instance, event, operation, done, { title, says, fields, kind }) {
  ask({
    title, says, fields, kind, label: title, reason: false,
    act: async (data) => {
      const { results: [result] } = await post(path`/v3/${instance.project_id}/schedule-events`, {
        event_instances: [{ event_id: event.id, instance_id: instance.id }],
        operation_type: operation,
        ...(data.planned_day ? { event_schedule_window: { planned_day: data.planned_day, start_time: data.start_time } } : {}),
      });
      if (!result.success) {
        throw new Error(result.error_msg);
      }
      say(`${title}: noted.`);
      done();
    },
  });
}

const slot = html`<label class="field">Day<input type="date" name="planned_day" required></label>
  <label class="field">Begins at, on the clock of the maintenance window<input type="time" name="start_time" required></label>`;

const why = (event, whyNot) => whyNot('rds:instance:modifyProxy') || (OPEN.includes(event.status) ? '' : 'It has begun or ended.');
const now = (instance, event, done) => tell(instance, event, 'execute', done, { title: 'Upgrade now', says: html`${name(event.proxy_name)} begins at once, outside the window too.` });
const move = (instance, event, done) => tell(instance, event, 'reservation', done, { title: 'Another slot', says: html`For ${name(event.proxy_name)}, a time in the maintenance window, before the latest one.`, fields: slot });

/** What a mail's link wants done about one of them. */
export function fromLink(route, instance, events, whyNot, done) {
  const event = events.find((each) => each.id === route.query.event);
  const deed = (open) => [event ? why(event, whyNot) : 'It is not planned here any more.', () => open(instance, event, done)];
  obey(route, { now: deed(now), slot: deed(move) });
}

export function planned(instance, events, whyNot, done) {
  const off = (event) => ({ why: why(event, whyNot), describe: event.proxy_name });
  return table('Planned events', [
    ['Proxy', (event) => name(event.proxy_name), 'name'],
    ['Level', (event) => event.level.toLowerCase()],
    ['Why', (event) => event.reason, 'wide'],
    ['Status', (event) => status(event.status)],
    ['Planned', (event) => time(event.execute_time)],
    ['At the latest', (event) => time(event.latest_execution_time)],
    ['Actions', (event) => html`<span class="actions">
      ${button('Now', () => now(instance, event, done), off(event))}
      ${button('Another slot', () => move(instance, event, done), off(event))}
      ${button('Cancel', () => tell(instance, event, 'cancel', done, { title: 'Cancel the event', says: 'It may be planned again.', kind: 'danger' }), off(event))}</span>`, 'act'],
  ], events);
}
