// Sessions of old and new generations over time, as long as this page was open in this tab.
import { exact } from './format.js';
import { html, nothing } from './html.js';

const MOST = 1500;
const SERIES = [['new generation', '--good', []], ['old generations', '--work', [6, 3]], ['closed', '--bad', [2, 3]]];

function figures(upgrade) {
  const seen = upgrade.nodes.flatMap((node) => node.generations.map((each) => ({ ...each, node })));
  const sum = (list, value) => list.reduce((all, each) => all + value(each), 0);
  const target = (each) => each.serving && each.kernel === upgrade.target_version;
  const retiring = upgrade.nodes.filter((node) => node.retirement);
  const old = sum(seen.filter((each) => !target(each) && !each.node.retirement), (each) => each.sessions);
  return [
    sum(seen.filter(target), (each) => each.sessions),
    old + sum(retiring, (node) => node.retirement.left),
    sum(retiring, (node) => node.retirement.closed),
  ];
}

export function sessionsChart(id) {
  const store = `sessions ${id}`;
  const rows = JSON.parse(sessionStorage.getItem(store) ?? '[]');
  let plot;
  let place;
  let library;
  let retiring = false;

  function columns() {
    return [rows.map((row) => row[0]), ...SERIES.map((series, i) => rows.map((row) => row[i + 1]))];
  }

  async function draw() {
    library ??= import('/lib/uplot/uPlot.esm.js');
    const { default: UPlot } = await library;
    const element = document.getElementById('chart');
    if (!element) {
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
    const axis = { stroke: probe('--quiet'), grid: { stroke: probe('--line'), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
    plot = new UPlot({
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: [{ ...axis, space: 70, values: (self, splits) => splits.map((at) => exact(at * 1000)) }, { ...axis, size: 40 }],
      scales: { y: { range: (self, low, high) => [0, Math.max(5, Math.ceil(high * 1.1))] } },
      series: [{}, ...SERIES.map(([label, color, dash]) => ({ label, stroke: probe(color), width: 2, dash, points: { show: false } }))],
    }, columns(), element);
  }

  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => { place = undefined; draw(); };
  scheme.addEventListener('change', redraw);
  addEventListener('resize', draw);

  return {
    add(upgrade, at) {
      retiring ||= upgrade.nodes.some((node) => node.retirement);
      if (retiring && upgrade.nodes.some((node) => !node.retirement)) {
        return; // between two words of an agent nothing is known
      }
      const row = [Math.round(at / 100) / 10, ...figures(upgrade)];
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
      const last = rows.at(-1);
      return html`<div class="chart plot" id="chart" role="img" aria-label="Sessions over time">${nothing}</div>
        <p class="legend">${SERIES.map(([label], i) => html`<span class=${['good', 'work', 'bad'][i]}>${['━', '╍', '┈'][i]} ${last?.[i + 1] ?? 0} ${label}</span>`)}</p>`;
    },
  };
}
