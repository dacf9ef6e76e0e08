// Contacts: who is told of an instance (with ?instance=), or of every instance of a project.
import { get, path } from '../parts/api.js';
import { asking } from '../parts/asking.js';
import { contactDialog, removeDialog, testDialog } from '../parts/contacts.js';
import { html, nothing } from '../parts/html.js';
import { button, crumbs, empty, name, table } from '../parts/parts.js';

const ofProject = (project, contacts) => ({ project: project.id, base: path`/v3/${project.id}/contacts`, title: `Told of every instance of ${project.name}`, contacts });

export default function contactsPage({ route, draw, chosen, projects, whyNot }) {
  const why = whyNot('rds:instance:modify');

  const asked = asking(async () => {
    const { instance: id } = route.query;
    if (!id) {
      return { places: await Promise.all(chosen(route.query).map(async (project) => ofProject(project, (await get(path`/v3/${project.id}/contacts`)).contacts))) };
    }
    const instance = await get(path`/v3/instances/${id}`);
    const base = path`/v3/${instance.project_id}/instances/${id}/contacts`;
    const { contacts } = await get(base);
    const project = projects.find((each) => each.id === instance.project_id) ?? { id: instance.project_id, name: instance.project_id };
    return {
      instance,
      places: [
        { project: project.id, base, title: `Told of ${instance.name} alone`, contacts: contacts.filter((contact) => contact.instance_id) },
        ofProject(project, contacts.filter((contact) => !contact.instance_id)),
      ],
    };
  }, { draw });

  const columns = (place) => [
    ['Name', (contact) => name(contact.name), 'wide'],
    ['E-mail', (contact) => contact.email ?? '', 'name'],
    ['Phone', (contact) => contact.phone ?? ''],
    ['Webhook', (contact) => contact.webhook ?? '', 'name'],
    ['Quiet hours', (contact) => html`${contact.quiet_hours} <span class="quiet small">${contact.time_zone}</span>`],
    ['Actions', (contact) => html`<span class="actions">
      ${button('Change', () => contactDialog(place, contact, asked.again), { why, describe: contact.name })}
      ${button('Remove', () => removeDialog(place, contact, asked.again), { why, describe: contact.name })}</span>`, 'act'],
  ];

  /** A test for an instance reaches all that are told of it, the project's contacts too. */
  const test = (place, title, describe) => button('Send a test', () => testDialog({ ...place, title }), { why, describe });

  const card = (place, instance) => html`<section class="card"><div class="head"><h2>${name(place.title)}</h2><span class="push actions">
      ${button('Add a contact', () => contactDialog(place, undefined, asked.again), { why, describe: place.title })}
      ${instance ? nothing : test(place, place.title, place.title)}</span></div>
    ${place.contacts.length ? table(place.title, columns(place), place.contacts)
    : empty('Nobody yet', html`Add a contact here, or in the fleet's file: <code>contacts:</code>`)}</section>`;

  function view({ instance, places }) {
    return html`${instance ? html`<p>Before, during and after an upgrade these are told, by every address they have. ${test(places[0], `Told of ${instance.name}`, instance.name)}</p>` : nothing}
      ${places.map((place) => card(place, instance))}`;
  }

  function head() {
    const { instance } = asked.answer ?? {};
    return html`${instance ? crumbs(html`<a href="#/instances/${encodeURIComponent(instance.id)}">${name(instance.name)}</a>`, 'Contacts') : nothing}
      <div class="head"><h1 tabindex="-1">Contacts ${instance ? html`<span class="quiet">${name(instance.name)}</span>` : nothing}</h1>
        <a class="push" href=${route.with({}, 'notices')}>What they were told</a></div>`;
  }

  return {
    title: 'Contacts',
    changed(next) { route = next; asked.answer = undefined; asked.again(); },
    close: asked.close,
    view: () => html`${head()}${asked.show(view)}`,
  };
}
