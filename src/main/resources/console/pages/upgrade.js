// An upgrade while it happens. It is asked for once; from then on a stream says what happens and where it stands.
import { get, path } from '../parts/api.js';
import { events } from '../parts/events.js';
import { away, ms, status, time, utc, words } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { commands, fromLink, held, nextAndWhen } from '../parts/commands.js';
import { holders } from '../parts/holders.js';
import { lanes, windowBar } from '../parts/lanes.js';
import { button, crumbs, loading, name, problem, say } from '../parts/parts.js';
import { sessionsChart } from '../parts/sessions.js';
import { follow } from '../parts/stream.js';

const BEHIND = 8000;
const AGAIN = 3000;

export default function upgradePage({ id, route, draw, whyNot }) {
  const page = { title: 'Upgrade' };
  const log = [];
  const chart = sessionsChart(id);
  let upgrade;
  let error;
  let closed = false;
  let timer;

  function show(answer) {
    if (closed || ms(answer.at) < ms(upgrade?.at)) {
      return;
    }
    if (upgrade && answer.phase !== upgrade.phase) {
      say(answer.sentence, 'told');
    }
    upgrade = answer;
    error = undefined;
    page.title = `${upgrade.proxy_name} ${upgrade.status.toLowerCase()}`;
    chart.add(upgrade, ms(upgrade.at));
    draw();
  }

  async function look() {
    try {
      show(await get(path`/v3/upgrades/${id}`));
    } catch (failure) {
      error = failure;
      closed ||= [400, 401].includes(failure.status) || (!upgrade && failure.status >= 400 && failure.status < 500 && failure.status !== 429);
      draw();
    }
  }

  const stream = follow(() => `${path`/v3/${upgrade.project_id}/upgrades/${id}/events`}?live=true`, {
    event(event) {
      log.push(event);
      draw();
    },
    state: show,
    ping: ({ at }) => chart.add(upgrade, ms(at)),
    ended: () => Boolean(upgrade?.outcome) || closed,
    changed: draw,
    lost: look,
  });

  async function begin() {
    await look();
    if (closed) {
      return;
    }
    if (upgrade) {
      stream.open();
      fromLink(route, upgrade, whyNot, look);
    } else {
      timer = setTimeout(begin, AGAIN);
    }
  }

  begin();
  const clock = setInterval(draw, 1000);

  function connection() {
    if (upgrade.outcome) {
      return html`<span class="link quiet">ended ${time(upgrade.ended_at)}</span>`;
    }
    return stream.connected() && stream.silence() < BEHIND
      ? html`<span class="link good">● live</span>`
      : html`<span class="link care">▲ behind: last word ${words(stream.silence())} ago, connecting again</span>`;
  }

  const temporal = () => (upgrade.temporal_page
    ? html`<a class="button" href=${upgrade.temporal_page} target="_blank" rel="noreferrer">Temporal</a>`
    : button('Temporal', () => {}, { why: 'Nobody said where its Web UI is: CHANGEOVER_TEMPORAL_WEB_UI' }));

  const copy = () => navigator.clipboard?.writeText(`${upgrade.sentence} (${utc(ms(upgrade.at))})`).then(() => say('Copied.'), () => say('This browser does not allow copying.'));

  return Object.assign(page, {
    changed(next) { route = next; },
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(clock);
      stream.close();
      chart.close();
    },
    view: () => (upgrade ? html`
      <div class="head">${crumbs(html`<a href="#/tasks/${upgrade.schedule ? 'scheduled' : 'instant'}">${upgrade.schedule ? 'Scheduled' : 'Instant'} Tasks</a>`,
    html`<a href="#/instances/${encodeURIComponent(upgrade.instance_id)}">${name(upgrade.instance_name)}</a>`, 'Upgrade')}
        <span class="push small quiet">Asked for by ${name(upgrade.requested_by)} ${time(upgrade.created_at)}, ${away(upgrade.created_at)} · job <span class="mono">${id}</span></span></div>
      <div class="head"><h1 tabindex="-1">Upgrade of ${name(upgrade.proxy_name)}</h1>
        ${status(upgrade.outcome ?? (upgrade.nodes.some((node) => node.held) ? 'held' : upgrade.phase))} ${upgrade.paused ? status('paused') : nothing} ${upgrade.stopping ? status('paused', 'stopping') : nothing}
        <span class="quiet">task ${upgrade.status}, ${upgrade.percent} %</span>
        <span class="push actions"><a class="button" href="#/upgrades/${id}/report">Report</a>${temporal()}${connection()}</span></div>
      <div class="card sentence"><p>${upgrade.sentence}</p><button type="button" @click=${copy}>Copy</button></div>
      ${held(upgrade, whyNot, look)}
      <div class="live">
        <section class="card nodes"><h2>Nodes</h2>${windowBar(upgrade)}<div class="lanes" tabindex="0" role="region" aria-label="Lanes">${lanes(upgrade, log)}</div>${nextAndWhen(upgrade)}
          ${commands(upgrade, whyNot, look)}</section>
        <section class="card sessions"><h2>Sessions</h2>${chart.view()}${holders(upgrade, whyNot, look)}</section>
        <section class="card events"><h2>Events</h2>${events(log, upgrade, route)}</section>
      </div>
      ${problem(error)}`
      : html`<h1 tabindex="-1">Upgrade</h1>${error ? problem(error) : loading()}`),
  });
}
