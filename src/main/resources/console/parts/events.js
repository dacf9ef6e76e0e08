// The event log with its filters, which are in the address.
import { time } from './format.js';
import { html, nothing } from './html.js';
import { choose, filter, name } from './parts.js';

const PROBLEMS = new Set('REFUSED STANDS_BACK POSTPONED NOT_ALL_SERVE HELD SKIPPED NOT_CLOSED STOPPING CANCEL_IGNORED ENDED_FROM_OUTSIDE RETARGETED'.split(' '));
let frozen = new WeakMap();

export function events(log, upgrade, route) {
  const { node, kind, text, problems } = route.query;
  const shown = (frozen.get(log) ?? log).filter((event) => (!node || event.node_id === node) && (!kind || event.kind === kind)
    && (!text || event.text.toLowerCase().includes(text.toLowerCase())) && (!problems || PROBLEMS.has(event.kind)));
  const hold = (change) => {
    frozen = new WeakMap(change.target.checked ? [[log, [...log]]] : []);
    route.go({});
  };
  const waiting = frozen.has(log) ? log.length - frozen.get(log).length : 0;
  const names = new Map(upgrade.nodes.map((each) => [each.node_id, each.name]));
  return html`<div class="filters">
      ${choose(route, 'Node', 'node', [['', 'all'], ...upgrade.nodes.map((each) => [each.node_id, each.name])])}
      ${choose(route, 'Kind', 'kind', [['', 'all'], ...[...new Set(log.map((event) => event.kind))].map((word) => [word, word.toLowerCase().replaceAll('_', ' ')])])}
      ${filter(route, 'Text', 'text')}
      <label class="check"><input type="checkbox" .checked=${Boolean(problems)} @change=${(event) => route.go({ problems: event.target.checked ? 1 : '' })}> only problems</label>
      <label class="check"><input type="checkbox" .checked=${frozen.has(log)} @change=${hold}> hold still${waiting ? ` (${waiting} more)` : ''}</label>
    </div>
    <div class="log" tabindex="0" role="region" aria-label="Event log"><table><caption class="hidden-label">Events, newest first</caption>
      <thead class="hidden-label"><tr><th scope="col">Time</th><th scope="col">Kind</th><th scope="col">Node</th><th scope="col">What happened</th></tr></thead>
      <tbody>${[...shown].reverse().map((event) => html`<tr>
        <td class="nowrap">${time(event.at, { exact: true })}</td>
        <td class="nowrap ${PROBLEMS.has(event.kind) ? 'bad' : 'quiet'}">${PROBLEMS.has(event.kind) ? '■ ' : nothing}${event.kind.toLowerCase().replaceAll('_', ' ')}</td>
        <td class="name">${event.node_id ? name(names.get(event.node_id) ?? event.node_id) : nothing}</td><td>${event.text}</td></tr>`)}</tbody></table>
      ${shown.length ? nothing : html`<p class="empty">${log.length ? 'No event is like that.' : 'Nothing has happened yet.'}</p>`}</div>`;
}
