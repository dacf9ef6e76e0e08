// A page that is one list from the interface.
import { get } from './api.js';
import { html, nothing } from './html.js';
import { loading, problem } from './parts.js';

/**
 * @param address of what is asked for, given the route; again asks anew
 * @param view of the answer; lead stands above it
 * @param every ms it is asked for again, 0 for never
 */
export function list({ route, draw }, { title, address, view, lead = () => nothing, every = 0 }) {
  let answer;
  let error;
  let timer;
  let asked = 0;

  async function again() {
    clearTimeout(timer);
    asked += 1;
    const mine = asked;
    try {
      const got = await get(address(route));
      if (mine !== asked) {
        return;
      }
      answer = got;
      error = undefined;
    } catch (failure) {
      error = failure;
    }
    if (every) {
      timer = setTimeout(again, every);
    }
    draw();
  }

  again();
  return {
    title,
    changed(next) { route = next; again(); },
    close() { asked += 1; clearTimeout(timer); },
    view: () => html`<div class="head"><h1 tabindex="-1">${title}</h1></div>
      <div class="card">${lead(route, again)}${problem(error)}${answer ? view(answer, route, again) : error ? nothing : loading()}</div>`,
  };
}
