// A page that is one list from the interface.
import { get } from './api.js';
import { asking } from './asking.js';
import { html, nothing } from './html.js';

/**
 * @param address of what is asked for, given the route
 * @param view of the answer, given what asks anew; lead stands above it
 * @param every ms it is asked for again, 0 for never
 */
export function list({ route, draw }, { title, address, view, lead = () => nothing, every = 0 }) {
  const asked = asking(() => get(address(route)), { draw, every });
  return {
    title,
    changed(next) { route = next; asked.anew(); },
    close: asked.close,
    view: () => html`<div class="head"><h1 tabindex="-1">${title}</h1></div>
      <div class="card">${lead(route, asked.again)}${asked.show((answer) => view(answer, route, asked.again))}</div>`,
  };
}
