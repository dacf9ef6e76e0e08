// Sessions of old and new generations over time, as long as this page was open in this tab.
import { exact, figure, ms, time, words } from './format.js';
import { html, nothing } from './html.js';

const MOST = 1500;
const SERIES = [['new generation', '--good', []], ['old generations', '--work', [6, 3]], ['closed', '--bad', [2, 3]], ['at full pace', '--quiet', [1, 3]]];

/** Null where some node's is not known now. */
function figures(upgrade) {
  const sum = (each) => upgrade.nodes.reduce((all, node) => (all === null || node[each] == null ? null : all + node[each]), 0);
  return ['new_sessions', 'old_sessions', 'closed_sessions'].map(sum);
}

/** When the last old session would be closed, in ms from now, if each could be and nothing but the pace held it back. */
function longest(upgrade) {
  return Math.max(0, ...upgrade.nodes.map((node) => (node.retirement?.left ?? 0) * upgrade.closing.pace_ms));
}

export function sessionsChart(id) {
  const store = `sessions ${id}`;
  const rows = JSON.parse(sessionStorage.getItem(store) ?? '[]');
  let plot;
  let place;
  let library;
  let retiring = false;
  let known;
  let care;

  /** What was, and after it as much of what may come as there was before it. */
  function columns() {
    const last = rows.at(-1);
    const past = Math.max(60, last[0] - rows[0][0]);
    const left = last[2];
    const pace = left && retiring ? longest(known) / 1000 : 0;
    const line = ms(known.closing.all_over_age_at) / 1000;
    const due = line - last[0] + 1;
    const ahead = Math.min(past, Math.max(pace, left && due > 0 && due < past ? due : 0));
    if (!ahead || known.outcome) {
      return [rows.map((row) => row[0]), ...SERIES.map((series, i) => rows.map((row) => row[i + 1] ?? null))];
    }
    const at = pace ? [0, Math.min(pace, ahead), ahead] : [0, ahead];
    const none = at.map(() => null);
    return [[...rows.map((row) => row[0]), ...at.map((after) => last[0] + after)],
      ...[1, 2, 3].map((i) => [...rows.map((row) => row[i]), ...none]),
      [...rows.map(() => null), ...(pace ? at.map((after) => left * Math.max(0, 1 - after / pace)) : none)]];
  }

  /** From when every old session is past the age limit. */
  function ageLine(self) {
    const at = ms(known.closing.all_over_age_at) / 1000;
    if (!(at >= self.scales.x.min && at <= self.scales.x.max)) {
      return;
    }
    const { ctx, bbox } = self;
    const x = Math.round(self.valToPos(at, 'x', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = care;
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  async function draw() {
    library ??= import('/lib/uplot/uPlot.esm.js').catch(() => { library = undefined; });
    const { default: UPlot } = await library ?? {};
    if (!UPlot) {
      return; // the line is cut: with the next figures it is asked for again
    }
    const element = document.getElementById('chart');
    if (!element || !rows.length) {
      return;
    }
    if (plot && place === element) {
      if (plot.width !== element.clientWidth) {
        plot.setSize({ width: element.clientWidth, height: element.clientHeight });
      }
      plot.setData(columns());
      return;
    }
    plot?.destroy();
    place = element;
    const style = getComputedStyle(document.documentElement);
    const probe = (property) => {
      element.style.color = `var(${property})`;
      const { color } = getComputedStyle(element);
      element.style.color = '';
      return color;
    };
    care = probe('--care');
    const axis = { stroke: probe('--quiet'), grid: { stroke: probe('--line'), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
    plot = new UPlot({
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      hooks: { draw: [ageLine] },
      cursor: { drag: { x: false, y: false } },
      axes: [{ ...axis, space: 70, size: 28, values: (self, splits) => splits.map((at) => exact(at * 1000)) }, { ...axis, size: 40 }],
      // Of one time alone uPlot would make a thousand days.
      scales: { x: { range: ({ data: [times] }) => [times[0], Math.max(times.at(-1), times[0] + 10)] }, y: { range: (self, low, high) => [0, Math.max(5, Math.ceil(high * 1.1))] } },
      series: [{}, ...SERIES.map(([label, color, dash]) => ({ label, stroke: probe(color), width: 2, dash, points: { show: false } }))],
    }, columns(), element);
  }

  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => { place = undefined; draw(); };
  scheme.addEventListener('change', redraw);
  addEventListener('resize', draw);

  return {
    add(upgrade, at) {
      known = upgrade;
      retiring ||= upgrade.nodes.some((node) => node.retirement);
      const now = figures(upgrade);
      if (now.includes(null) || (upgrade.outcome && !rows.length)) {
        return; // between two words of an agent nothing is known, and what had ended before has no course
      }
      const row = [Math.round(at / 100) / 10, ...now];
      const unchanged = rows.length > 1 && rows.slice(-2).every((each) => String(each.slice(1)) === String(row.slice(1)));
      if (unchanged) {
        rows.pop();
      }
      rows.push(row);
      if (rows.length > MOST) {
        rows.splice(0, rows.length, ...rows.filter((each, i) => i % 2));
      }
      sessionStorage.setItem(store, JSON.stringify(rows));
      requestAnimationFrame(draw);
    },
    close() {
      scheme.removeEventListener('change', redraw);
      removeEventListener('resize', draw);
      plot?.destroy();
    },
    view() {
      const now = known ? figures(known) : [0, 0, 0];
      const said = SERIES.slice(0, 3).map(([label], i) => `${figure(now[i])} ${label}`);
      const { closing } = known ?? {};
      const limit = closing && (closing.age_limit_seconds % 3600 ? words(closing.age_limit_seconds * 1000) : `${closing.age_limit_seconds / 3600} h`);
      const course = rows.length || !known?.outcome;
      return html`${course ? html`<div class="chart plot" id="chart" role="img" aria-label="Sessions over time; now ${said.join(', ')}">${nothing}</div>` : nothing}
        <p class="legend">${said.map((text, i) => html`<span class=${['good', 'work', 'bad'][i]}>${['━', '╍', '┈'][i]} ${text}</span>`)}</p>
        ${closing ? html`<p class="legend quiet"><span>⋯ pace: one a node every ${words(closing.pace_ms)}</span>
          <span class="care">┆ ${closing.all_over_age_at ? html`all old ones past ${limit} from ${time(closing.all_over_age_at)}`
    : html`only those past ${limit} are closed`}</span></p>` : nothing}`;
    },
  };
}
