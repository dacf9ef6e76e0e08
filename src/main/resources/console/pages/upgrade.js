// An upgrade while it happens. Events come by a stream; where they come, and every moment while something moves, the
// state is asked for again.
import { get, now, path } from '../parts/api.js';
import { events } from '../parts/events.js';
import { away, status, time, words } from '../parts/format.js';
import { html, nothing } from '../parts/html.js';
import { commands, held, nextAndWhen } from '../parts/commands.js';
import { holders } from '../parts/holders.js';
import { lanes, windowBar } from '../parts/lanes.js';
import { crumbs, loading, name, problem, say } from '../parts/parts.js';
import { sessionsChart } from '../parts/sessions.js';
import { follow } from '../parts/stream.js';

const LOOK = 1500;
const SLOW_LOOK = 10000;
const BEHIND = 6000;

export default function upgradePage({ id, route, draw, whyNot }) {
  const page = { title: 'Upgrade' };
  const log = [];
  const chart = sessionsChart(id);
  let upgrade;
  let error;
  let seen = 0;
  let timer;
  let closed = false;
  let asking = false;

  async function look() {
    clearTimeout(timer);
    if (asking || closed) {
      return;
    }
    asking = true;
    try {
      const answer = await get(path`/v3/upgrades/${id}`);
      if (answer.phase !== upgrade?.phase && upgrade) {
        say(answer.sentence, 'told');
      }
      upgrade = answer;
      seen = now();
      error = undefined;
      page.title = `${upgrade.proxy_name} ${upgrade.status.toLowerCase()}`;
      chart.add(upgrade, seen);
    } catch (failure) {
      error = failure;
      if (failure.status === 400 || failure.status === 401) {
        closed = true;
        stream.close();
      }
    }
    asking = false;
    if (!closed && !upgrade?.outcome) {
      timer = setTimeout(look, upgrade?.phase === 'WAITING' || document.hidden ? SLOW_LOOK : LOOK);
    }
    draw();
  }

  const stream = follow(() => path`/v3/${upgrade.project_id}/upgrades/${id}/events`, {
    event(event) {
      log.push(event);
      look();
    },
    ended: () => Boolean(upgrade?.outcome) || closed,
    changed: draw,
  });

  const show = () => { if (!document.hidden) { look(); } };
  addEventListener('visibilitychange', show);
  look().then(() => { if (upgrade) { stream.open(); } });
  const clock = setInterval(draw, 1000);

  function connection() {
    if (upgrade.outcome) {
      return html`<span class="link quiet">ended ${time(upgrade.ended_at)}</span>`;
    }
    const age = now() - seen;
    const behind = age > BEHIND && upgrade.phase !== 'WAITING' && !document.hidden;
    return behind || !stream.connected()
      ? html`<span class="link care">▲ behind: last word ${words(age)} ago, connecting again</span>`
      : html`<span class="link good">● live</span>`;
  }

  const copy = () => navigator.clipboard?.writeText(upgrade.sentence).then(() => say('Copied.'), () => say('This browser does not allow copying.'));

  return Object.assign(page, {
    changed(next) { route = next; },
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(clock);
      stream.close();
      chart.close();
      removeEventListener('visibilitychange', show);
    },
    view: () => (upgrade ? html`
      ${crumbs(html`<a href="#/tasks/${upgrade.schedule ? 'scheduled' : 'instant'}">${upgrade.schedule ? 'Scheduled' : 'Instant'} Tasks</a>`,
    html`<a href="#/instances/${encodeURIComponent(upgrade.instance_id)}">${name(upgrade.instance_name)}</a>`, 'Upgrade')}
      <div class="head"><h1 tabindex="-1">Upgrade of ${name(upgrade.proxy_name)}</h1>
        ${status(upgrade.outcome ?? upgrade.phase)} ${upgrade.paused ? status('paused') : nothing} ${upgrade.stopping ? status('paused', 'stopping') : nothing}
        <span class="quiet">task ${upgrade.status}, ${upgrade.percent} %</span>
        <span class="push actions"><a class="button" href="#/upgrades/${id}/report">Report</a>${connection()}</span></div>
      <div class="card sentence"><p>${upgrade.sentence}</p><button type="button" @click=${copy}>Copy</button></div>
      ${held(upgrade, whyNot, look)}
      <div class="live">
        <section class="card nodes"><h2>Nodes</h2>${windowBar(upgrade)}${lanes(upgrade)}${nextAndWhen(upgrade)}
          ${commands(upgrade, whyNot, look)}</section>
        <section class="card sessions"><h2>Sessions</h2>${chart.view()}${holders(upgrade, whyNot, look)}</section>
        <section class="card events"><h2>Events</h2>${events(log, upgrade, route)}</section>
      </div>
      ${problem(error)}
      <p class="small quiet">Asked for by ${name(upgrade.requested_by)} ${time(upgrade.created_at)}, ${away(upgrade.created_at)} · job <span class="mono">${id}</span></p>`
      : html`<h1 tabindex="-1">Upgrade</h1>${error ? problem(error) : loading()}`),
  });
}
