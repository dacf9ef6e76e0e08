// What pages are made of.
import { count } from './format.js';
import { html, nothing, render } from './html.js';

/** A button that says what it does; where it is off, why: it keeps the focus, so that the reason can be read. */
export function button(label, act, { why = '', kind = '', describe = '' } = {}) {
  const made = html`<button type="button" class=${kind} aria-disabled=${why ? 'true' : nothing}
    aria-description=${why || nothing} @click=${(event) => !why && act(event)}>${label}${describe
      ? html`<span class="hidden-label"> ${describe}</span>` : nothing}</button>`;
  return why ? html`<span class="off">${made}<span class="why">${why}</span></span>` : made;
}

export const problem = (error) => (error
  ? html`<p class="note problem" role="alert">${error.message}${error.requestId
    ? html` <span class="small">(request ${error.requestId})</span>` : nothing}</p>`
  : nothing);

/** An empty list says what to do first. */
export const empty = (title, ...what) => html`<div class="empty"><h2>${title}</h2>${what.map((line) => html`<p>${line}</p>`)}</div>`;

export const loading = () => html`<p class="quiet" role="status">Loading…</p>`;

export const crumbs = (...parts) => html`<nav class="crumbs" aria-label="Path">${parts.map((part, i) => html`${i
  ? html`<span aria-hidden="true">›</span>` : nothing}${part}`)}</nav>`;

/** Name with its direction left to itself: a right-to-left one turns nothing else around. */
export const name = (text) => html`<bdi>${text}</bdi>`;

/**
 * A table that becomes a list of facts where the screen is narrow.
 *
 * @param columns [label, cell(row), class]
 */
export function table(caption, columns, rows) {
  return html`<div class="scroll"><table class="stack">
    <caption class="hidden-label">${caption}</caption>
    <thead><tr>${columns.map(([label, , style = '']) => html`<th scope="col" class=${style}>${style === 'act' ? html`<span class="hidden-label">${label}</span>` : label}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${columns.map(([label, cell, style = '']) => html`<td class=${style}
      data-label=${label}>${cell(row)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

/** An empty list, or an empty part of one whose last entries have gone since: then with the way back. */
export const emptyPart = (route, title, ...what) => (Number(route.query.offset ?? 0) > 0
  ? html`<p class="pager small quiet">Nothing is left in this part of the list. <a href=${route.with({ offset: '' })}>To its beginning</a></p>`
  : empty(title, ...what));

/** Forward and back in a list of which the address says the offset. */
export function pager(route, total, shown, size) {
  const offset = Number(route.query.offset ?? 0);
  if (total <= size && !offset) {
    return html`<p class="pager small quiet">${count(total, 'entry', 'entries')}</p>`;
  }
  const to = (at) => route.with({ offset: at || '' });
  return html`<nav class="pager small" aria-label="Parts of the list">
    ${offset > 0 ? html`<a href=${to(Math.max(0, offset - size))}>Previous</a>` : nothing}
    <span>${offset + 1}–${offset + shown} of ${total.toLocaleString()}</span>
    ${offset + shown < total ? html`<a href=${to(offset + shown)}>Next</a>` : nothing}
  </nav>`;
}

/** A field whose value is in the address, so that a link shows the same list to somebody else. */
export function filter(route, label, field, kind = 'search') {
  const change = (event) => route.go({ [field]: event.target.value, offset: '' });
  return html`<label>${label}<input type=${kind} .value=${route.query[field] ?? ''} @change=${change}></label>`;
}

/** The user's own choice makes an attribute mean nothing: what is selected is told by the property. */
export function choose(route, label, field, options) {
  const change = (event) => route.go({ [field]: event.target.value, offset: '' });
  return html`<label>${label}<select @change=${change}>${options.map(([value, text]) => html`<option value=${value}
    .selected=${(route.query[field] ?? '') === value}>${text}</option>`)}</select></label>`;
}

/**
 * Opens a dialog that is gone when it closes, or when the page goes elsewhere; the focus goes back to where it was.
 *
 * @param view given what draws it again and what closes it: the dialog's form
 */
export function dialog(view) {
  const element = document.createElement('dialog');
  element.setAttribute('aria-labelledby', 'dialog-title');
  const before = document.activeElement;
  const close = () => element.close();
  const draw = () => render(view({ draw, close }), element);
  addEventListener('hashchange', close);
  element.addEventListener('close', () => {
    removeEventListener('hashchange', close);
    element.remove();
    before?.focus?.();
  });
  document.body.append(element);
  draw();
  element.showModal();
}

/** Asks for a reason, which the audit trail keeps, and does something with it. */
export function ask({ title, says, label = 'OK', kind = 'primary', fields = nothing, reason = true, act }) {
  let error;
  let busy = false;
  dialog(({ draw, close }) => {
    const submit = async (event) => {
      event.preventDefault();
      if (busy) {
        return;
      }
      const data = Object.fromEntries(new FormData(event.target));
      busy = true;
      error = undefined;
      draw();
      try {
        await act(data);
        close();
      } catch (failure) {
        error = failure;
        busy = false;
        draw();
      }
    };
    return html`<form @submit=${submit}>
      <header><h2 id="dialog-title">${title}</h2></header>
      <div class="content"><div>${says}</div>${fields}
        ${reason ? html`<label class="field">Reason, for the audit trail<input name="reason" required maxlength="500" autocomplete="off"></label>` : nothing}
        ${problem(error)}</div>
      <footer><button type="button" @click=${close}>Close</button>
        <button class=${kind} aria-disabled=${busy ? 'true' : nothing}>${busy ? 'At work…' : label}</button></footer>
    </form>`;
  });
}

/** When each place falls silent again. */
const said = {};

/** Says something once, at the edge of the screen, also to a screen reader; or to that alone. */
export function say(text, where = 'said') {
  const live = document.getElementById(where);
  live.textContent = text;
  clearTimeout(said[where]);
  said[where] = setTimeout(() => { live.textContent = ''; }, 6000);
}
