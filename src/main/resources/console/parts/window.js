// The maintenance window: its next openings, and its change, which moves nothing that is planned (REQUIREMENTS M4).
import { call, path } from './api.js';
import { away, span } from './format.js';
import { html } from './html.js';
import { ask, say } from './parts.js';

export const openings = (hours) => html`<dl class="facts">
    <dt>Open</dt><dd>${hours.start_time}–${hours.end_time} <span class="quiet">${hours.time_zone}</span></dd>
    <dt>Next openings</dt><dd><ol class="plain">${hours.openings.map((opening, i) => html`<li>${span(opening.opens, opening.closes, hours.time_zone)}
      ${i ? '' : html`<span class="quiet">${away(opening.opens)}</span>`}</li>`)}</ol></dd>
  </dl>`;

const pad = (hour) => `${String(hour).padStart(2, '0')}:00`;

export function windowDialog(instance, hours, done) {
  const hour = (field, label, chosen) => html`<label class="field">${label}<select name=${field}>
    ${[...Array(24).keys()].map((at) => html`<option ?selected=${pad(at) === chosen.slice(0, 5)}>${pad(at)}</option>`)}</select></label>`;
  ask({
    title: `Maintenance window of ${instance.name}`,
    says: 'It opens every day, for one to four hours, perhaps across midnight. Upgrades that are planned already keep their times.',
    label: 'Change the window',
    reason: false,
    fields: html`${hour('start_time', 'Opens at', hours.start_time)}${hour('end_time', 'Closes at', hours.end_time)}
      <label class="field">Time zone<select name="time_zone">${[...new Set(['UTC', hours.time_zone, ...Intl.supportedValuesOf('timeZone')])]
        .map((zone) => html`<option ?selected=${zone === hours.time_zone}>${zone}</option>`)}</select></label>`,
    act: async (body) => {
      await call('PUT', path`/v3/${instance.project_id}/instances/${instance.id}/ops-window`, body);
      say('The window is changed.');
      done();
    },
  });
}
