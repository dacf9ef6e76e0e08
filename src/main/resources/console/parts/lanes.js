// The window bar, and a lane for each node: what was planned behind what happens. Widths are attributes of SVG.
import { now } from './api.js';
import { clock, exact, figure, ms, plain, status, time, words } from './format.js';
import { html, nothing, svg } from './html.js';
import { name } from './parts.js';

const W = 1000;

/** Where a time lies between two, in 0 to W. */
function scale(from, to) {
  return (at) => Math.max(0, Math.min(W, (W * (at - from)) / (to - from)));
}

const mark = (x, style) => svg`<line x1=${x} x2=${x} y1="2" y2="22" class=${style}/>`;

/** The opening with now, the predicted end, the cutoff and the close. */
export function windowBar(upgrade) {
  const { schedule } = upgrade;
  if (!schedule || upgrade.outcome) {
    return nothing;
  }
  const [, zone] = schedule.window.split(' ');
  const [opens, cutoff, closes] = [ms(schedule.opens), ms(schedule.cutoff), ms(schedule.closes)];
  const end = ms(upgrade.expected_at);
  const at = now();
  const x = scale(opens, closes);
  return html`<div>
    <svg class="draw" viewBox="0 0 ${W} 24" height="24" preserveAspectRatio="none" role="img"
      aria-label="Window from ${clock(opens, zone)} to ${clock(closes, zone)}, last beginning ${clock(cutoff, zone)}${Number.isNaN(end) ? '' : `, predicted end ${clock(end, zone)}`}">
      <rect class="fill-line" x="0" y="6" width=${W} height="12" rx="2"/>
      <rect class="fill-accent moves" x="0" y="6" width=${x(at)} height="12" rx="2"/>
      ${mark(x(cutoff), 'stroke-care')}${Number.isNaN(end) || end > closes ? nothing : mark(x(end), 'stroke')}
    </svg>
    <p class="legend quiet"><span>${clock(opens, zone)} opens</span>${Number.isNaN(end) ? nothing : html`<span>│ done about ${clock(end, zone)}</span>`}
      <span>┆ no node begins after ${clock(cutoff, zone)}</span><span>${clock(closes, zone)} closes</span></p>
  </div>`;
}

function plan(upgrade) {
  const first = upgrade.nodes.map((node) => ms(node.began_at)).filter((at) => !Number.isNaN(at));
  const opens = ms(upgrade.schedule?.opens);
  let at = first.length ? Math.min(...first) : Number.isNaN(opens) ? ms(upgrade.created_at) : Math.max(opens, ms(upgrade.created_at));
  return upgrade.nodes.map((node) => ({ from: at, to: (at += node.estimate_seconds * 1000) }));
}

const STEPS = new Set('STAGED HANDING_OVER HANDED_OVER SERVING RETIRING RETIRED VERIFIED'.split(' '));

/** @param steps the events of the node's steps: a gap in what happened each, and in words */
function lane(node, planned, x, at, steps) {
  const began = ms(node.began_at);
  const until = node.serving_at ? ms(node.serving_at) : Number.isNaN(began) ? NaN : at;
  const actual = Number.isNaN(began) ? nothing
    : svg`<rect class="${node.held ? 'fill-bad' : node.serving_at ? 'fill-good' : 'fill-work'} moves" x=${x(began)} y="7" width=${Math.max(4, x(until) - x(began))} height="10" rx="2"/>`;
  const said = steps.map((step) => `${plain(step.kind)} ${exact(ms(step.at))}`).join(', ') || 'no step yet';
  const took = node.serving_at ? words(ms(node.serving_at) - began) : Number.isNaN(began) ? `planned ${words(node.estimate_seconds * 1000)}` : words(at - began);
  return html`<div class="lane">
    <span>${name(node.name)} <span class="quiet small">${node.role.toLowerCase()}</span></span>
    <svg class="draw" viewBox="0 0 ${W} 24" height="24" preserveAspectRatio="none" role="img" aria-label=${said}><title>${said}</title>
      <rect class="fill-none" x=${x(planned.from)} y="4" width=${Math.max(4, x(planned.to) - x(planned.from))} height="16" rx="2"/>${actual}
      ${steps.map((step) => svg`<line class="stroke-gap" x1=${x(ms(step.at))} x2=${x(ms(step.at))} y1="7" y2="17"/>`)}</svg>
    <span class="nowrap">${status(node.held ? 'held' : node.step)} <span class="quiet small">${took}</span></span>
    <span class="why small quiet"><span class="mono">${node.runs}</span> · ${sessions(node)}${node.handover_ms == null ? nothing : html` · handover ${node.handover_ms} ms`}${node.observed_at ? html` · seen ${time(node.observed_at, { exact: true })}` : nothing}</span>
  </div>`;
}

function sessions(node) {
  return node.generations.length
    ? `${node.new_sessions} new sessions, ${figure(node.old_sessions)} old${node.closed_sessions ? `, ${node.closed_sessions} closed` : ''}` : 'not seen yet';
}

export function lanes(upgrade, log) {
  const steps = Map.groupBy(log.filter((event) => STEPS.has(event.kind)), (event) => event.node_id);
  const at = now();
  const planned = plan(upgrade);
  const ends = [...planned.map((each) => each.to), ...upgrade.nodes.map((node) => (node.serving_at ? ms(node.serving_at) : node.began_at ? at : 0))];
  const from = Math.min(...planned.map((each) => each.from));
  const x = scale(from, Math.max(from + 1000, ...ends));
  return upgrade.nodes.length
    ? html`${upgrade.nodes.map((node, i) => lane(node, planned[i], x, at, steps.get(node.node_id) ?? []))}
      <p class="legend quiet"><span>┄ planned</span><span class="work">▬ at work</span><span class="good">▬ done</span><span class="bad">▬ held</span></p>`
    : html`<p class="quiet">The nodes are looked at first.</p>`;
}
