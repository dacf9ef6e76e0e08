// What can be said to an upgrade. The interface says which command is possible and why another is not.
import { path, post } from './api.js';
import { whole } from './format.js';
import { html, nothing } from './html.js';
import { obey } from './link.js';
import { ask, button, name, say } from './parts.js';

const WORDS = {
  'start-now': ['Start now', 'Nodes wait for no window any more. Old sessions are still closed in the window only.'],
  reschedule: ['Reschedule', 'Moves it to another opening of the maintenance window as it is now.'],
  cancel: ['Cancel', 'Ends it before anything is changed.'],
  pause: ['Pause', 'No further node begins and no session is closed until it is resumed. What is under way is finished.'],
  resume: ['Resume', 'It goes on where it paused.'],
  stop: ['Stop', 'No further node is touched. Nodes that are done stay so: there is no way back.'],
  retry: ['Retry', 'Tries the held step again.'],
  skip: ['Skip', 'Leaves this node as it is, and goes on with the others. The upgrade ends as mixed.'],
};
const DANGER = ['stop', 'cancel', 'skip'];

/** Says it, with a reason; of one node, if it is about that. */
export function command(upgrade, word, done, { node, fields = nothing } = {}) {
  const [label, says] = WORDS[word];
  ask({
    title: `${label}: ${node ? `${node.name} of ` : ''}${upgrade.proxy_name}`,
    says,
    label,
    kind: DANGER.includes(word) ? 'danger' : 'primary',
    fields,
    act: async (data) => {
      const start = data.start_time ? { start_time: String(new Date(data.start_time).getTime()) } : {};
      const about = node ? { node_id: node.node_id } : {};
      await post(path`/v3/${upgrade.project_id}/upgrades/${upgrade.job_id}/${word}`, { reason: data.reason, ...about, ...start });
      say(`${label}: noted.`);
      done();
    },
  });
}

/** A clock shows an hour twice or never when it changes: what is sent is shown before, on the window's clock. */
function begins({ target }, zone) {
  const chosen = new Date(target.value).getTime();
  target.form.elements.begins.value = Number.isNaN(chosen) ? '' : `That is ${whole(chosen, zone)} on the window's clock.`;
}

const at = ({ schedule }) => html`<label class="field">Begin at, on this computer's clock; empty for the next opening
  <input type="datetime-local" name="start_time" step="60" @input=${(event) => begins(event, schedule?.window.split(' ')[1])}></label>
  <output name="begins" class="small quiet"></output>`;

const why = ({ permission, why_not: refused }, whyNot) => whyNot(permission) || refused;
const begin = (upgrade, word, done) => command(upgrade, word, done, word === 'reschedule' ? { fields: at(upgrade) } : {});

const one = (upgrade, row, whyNot, done) => button(WORDS[row.command][0], () => begin(upgrade, row.command, done),
  { why: why(row, whyNot), kind: DANGER.includes(row.command) ? 'danger' : '' });

/** What a mail's link wants said to the upgrade. */
export function fromLink(route, upgrade, whyNot, done) {
  const deed = (word) => {
    const row = upgrade.commands.find((each) => each.command === word);
    return [row ? why(row, whyNot) : 'It has ended.', () => begin(upgrade, word, done)];
  };
  obey(route, { now: deed('start-now'), slot: deed('reschedule') });
}

/** Of a pair only the one that makes sense; retry and skip stand with the node that is held. */
function fits(upgrade, word) {
  return !['retry', 'skip', 'close-remaining'].includes(word)
    && word !== (upgrade.paused ? 'pause' : 'resume')
    && (upgrade.schedule || !['start-now', 'reschedule', 'cancel'].includes(word));
}

export const commands = (upgrade, whyNot, done) => (upgrade.outcome ? nothing : html`<div class="actions">${upgrade.commands
  .filter((row) => fits(upgrade, row.command)).map((row) => one(upgrade, row, whyNot, done))}</div>`);

/** Nodes that wait for an operator. */
export function held(upgrade, whyNot, done) {
  const why = Object.fromEntries(upgrade.commands.map((row) => [row.command, whyNot(row.permission) || row.why_not]));
  return upgrade.nodes.filter((node) => node.held).map((node) => html`<div class="note problem waits" role="alert">
    <div><p><strong>${name(node.name)} is held:</strong> ${node.held}</p>
      <p>Nothing else is touched until somebody decides.</p></div>
    <div class="actions">${['retry', 'skip'].map((word) => button(WORDS[word][0],
    () => command(upgrade, word, done, { node }), { why: why[word], kind: word === 'skip' ? 'danger' : 'primary', describe: node.name }))}</div>
  </div>`);
}

/** What happens next and when. */
export function nextAndWhen(upgrade) {
  if (upgrade.outcome) {
    return upgrade.fail_reason ? html`<p class="note problem">${upgrade.fail_reason}</p>` : nothing;
  }
  return html`<p>Next: <strong>${upgrade.next}</strong>${upgrade.countdown.map((line) => html`<br>${line}`)}</p>`;
}
