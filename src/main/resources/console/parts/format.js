// Times, durations and the words of states, for people.
import { now } from './api.js';
import { html, nothing } from './html.js';

/** The published times have an offset without a colon. */
export function ms(text) {
  return text ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : NaN;
}

const formats = new Map();

/** In UTC, and it says so, where this browser does not know the zone. */
function made(options, zone) {
  try {
    return new Intl.DateTimeFormat(undefined, { hourCycle: 'h23', timeZone: zone, ...options });
  } catch {
    return made({ ...options, timeZoneName: 'short' }, 'UTC');
  }
}

function format(options, zone) {
  const id = JSON.stringify([options, zone]);
  if (!formats.has(id)) {
    formats.set(id, made(options, zone));
  }
  return formats.get(id);
}

const CLOCK = { hour: '2-digit', minute: '2-digit' };
const EXACT = { ...CLOCK, second: '2-digit' };
const DAY = { weekday: 'short', day: 'numeric', month: 'short' };
const DATE = { ...DAY, year: 'numeric' };

export const clock = (at, zone) => format(CLOCK, zone).format(at);

export const exact = (at) => format(EXACT).format(at);

export const day = (at, zone) => format(DATE, zone).format(at);

/** All of it, for what is yet to be said. */
export const whole = (at, zone) => format({ ...DATE, ...CLOCK, timeZoneName: 'short' }, zone).format(at);

const year = (at, zone) => format({ year: 'numeric' }, zone).format(at);

/** A day of this year needs no year. */
const near = (at, zone) => (year(at, zone) === year(now(), zone) ? DAY : DATE);

export const utc = (at) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A time on the reader's clock, or a zone's; in UTC under the pointer. The day is left out today, except on paper: dated. */
export function time(text, { zone, exact, named, dated } = {}) {
  const at = ms(text);
  if (Number.isNaN(at)) {
    return nothing;
  }
  const today = day(at, zone) === day(now(), zone);
  const shown = format({ ...(dated ? DATE : today ? {} : near(at, zone)), ...(exact ? EXACT : CLOCK), ...(named ? { timeZoneName: 'short' } : {}) }, zone);
  return html`<time datetime=${new Date(at).toISOString()} title=${utc(at)}>${shown.format(at)}</time>`;
}

/** From one time to another, in a zone. */
export function span(from, to, zone) {
  const shown = format({ ...near(ms(to), zone), ...CLOCK, timeZoneName: 'short' }, zone);
  return html`<time datetime=${new Date(ms(from)).toISOString()} title="${utc(ms(from))} to ${utc(ms(to))}"
    >${shown.formatRange(ms(from), ms(to))}</time>`;
}

/** A duration of ms in its two largest units. */
export function words(duration) {
  const s = Math.max(0, Math.round(duration / 1000));
  if (s < 60) {
    return `${s} s`;
  }
  const min = Math.floor(s / 60);
  if (min < 60) {
    return s % 60 ? `${min} min ${s % 60} s` : `${min} min`;
  }
  const h = Math.floor(min / 60);
  return h < 24 ? `${h} h ${String(min % 60).padStart(2, '0')} min` : `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** How far away a time is. */
export function away(text) {
  const distance = ms(text) - now();
  if (Number.isNaN(distance)) {
    return '';
  }
  return distance >= 0 ? `in ${words(distance)}` : `${words(-distance)} ago`;
}

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

/** HANDING_OVER as people write it. */
export const plain = (word) => (word ?? '').toLowerCase().replaceAll('_', ' ');

const KINDS = {
  good: 'completed normal done verified retired serving passed active sent addressed',
  work: 'running upgrading nodes staging retiring verifying handing_over watching admission precheck executing own',
  wait: 'pending waiting unauthorized staged unseen planned scheduled awaiting delivered',
  care: 'risky expired offline frozen mixed canceled cancelled paused skipped unknown single inquiring halted off withdrawn nobody superseded',
  bad: 'failed held abnormal crash_loop defective refused needs_operator bounced',
};
const KIND = new Map(Object.entries(KINDS).flatMap(([kind, list]) => list.split(' ').map((word) => [word, kind])));
const SHAPE = { good: '●', work: '▶', wait: '○', care: '▲', bad: '■' };

/** A state by shape and word, never by colour alone. */
export function status(word, shown = plain(word)) {
  const kind = KIND.get(String(word).toLowerCase()) ?? 'wait';
  return html`<span class="status ${kind}"><span aria-hidden="true">${SHAPE[kind]}</span> ${shown}</span>`;
}

/** A figure, which is null while nobody says it: a retirement is paused or held, or its agent is silent. */
export const figure = (number) => (number == null ? 'not known now' : number);
