// Contacts: added, changed, removed, and tried.
import { call, path, post } from './api.js';
import { status } from './format.js';
import { html } from './html.js';
import { ask, dialog, empty, name, say, table } from './parts.js';

export const reachedBy = (contact) => [contact.email, contact.phone, contact.webhook].filter(Boolean).join(', ');

const field = (label, of, contact, more = 'text') => html`<label class="field">${label}<input name=${of} type=${more} value=${contact[of] ?? ''} autocomplete="off"></label>`;

const zones = (chosen) => [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];

/** The interface goes by the name: a contact of the same name is replaced. */
export function contactDialog({ base, title }, contact, done) {
  const known = contact ?? { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, quiet_hours: '22:00-07:00' };
  const label = contact ? 'Change' : 'Add';
  ask({
    title: contact ? `Change ${contact.name}` : 'Add a contact', says: `${title}. At least one of e-mail, phone and webhook is needed.`, label, reason: false,
    fields: html`<label class="field">Name<input name="name" required maxlength="255" value=${known.name ?? ''} ?readonly=${contact} autocomplete="off"></label>
      ${field('E-mail', 'email', known, 'email')}${field('Phone, as +4915112345678', 'phone', known, 'tel')}${field('Webhook', 'webhook', known, 'url')}
      <label class="field">Time zone<select name="time_zone">${zones(known.time_zone).map((zone) => html`<option ?selected=${zone === known.time_zone}>${zone}</option>`)}</select></label>
      ${field('Quiet hours, as 22-07, or none; that an upgrade is held is told all the same', 'quiet_hours', known)}`,
    act: async (data) => {
      await post(base, Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value || null])));
      say(`${data.name} is ${contact ? 'changed' : 'added'}.`);
      await done();
    },
  });
}

export function removeDialog({ project }, contact, done) {
  ask({
    title: `Remove ${contact.name}`, says: 'What waits for this contact is not sent any more.', label: 'Remove', kind: 'danger', reason: false,
    act: async () => {
      await call('DELETE', path`/v3/${project}/contacts/${contact.id}`);
      say(`${contact.name} is removed.`);
      await done();
    },
  });
}

const RESULTS = [
  ['Contact', (result) => name(result.contact), 'wide'],
  ['Channel', (result) => result.channel.toLowerCase()],
  ['Address', (result) => result.address, 'name'],
  ['Result', (result) => html`${status(result.status)} <span class="small">${result.reason}</span>`, 'wide'],
];

/** Messages go out at once, whatever the hour; then the page says how each ended. */
export function testDialog({ base, title }) {
  ask({
    title: 'Send a test', says: `${title}. A message goes to every address at once, whatever the hour.`, label: 'Send', reason: false,
    act: async () => {
      const { results } = await post(base.replace(/contacts$/, 'contact-test'), {});
      setTimeout(() => dialog(({ close }) => html`<form @submit=${(event) => { event.preventDefault(); close(); }}>
        <header><h2 id="dialog-title">How the test ended</h2></header>
        <div class="content">${results.length ? table('Results', RESULTS, results) : empty('Nobody is told', 'Add a contact first.')}</div>
        <footer><button class="primary">Close</button></footer></form>`));
    },
  });
}
