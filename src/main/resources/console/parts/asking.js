// What a page asks the interface for, once or again and again.
import { html, nothing } from './html.js';
import { loading, problem } from './parts.js';

/**
 * Asks at once. Only the newest answer counts, and none after close().
 *
 * @param ask gives the answer; an error is shown instead, and what was known stays
 * @param every ms after which it is asked for again, 0 for never
 * @param draw called when there is an answer or an error
 */
export function asking(ask, { draw, every = 0 }) {
  let timer;
  let asked = 0;
  const state = {
    answer: undefined,
    error: undefined,
    late: false,
    /** Asks for something else: what was known is an answer to it neither while it is loaded nor after an error. */
    anew() {
      state.late = true;
      return state.again();
    },
    async again() {
      clearTimeout(timer);
      asked += 1;
      const mine = asked;
      let got;
      let error;
      try {
        got = await ask();
      } catch (failure) {
        error = failure;
      }
      if (mine !== asked) {
        return;
      }
      state.answer = !error ? got : state.late ? undefined : state.answer;
      state.error = error;
      state.late = false;
      if (every) {
        timer = setTimeout(state.again, every);
      }
      draw();
    },
    close() {
      asked += 1;
      clearTimeout(timer);
    },
    /** What is known, and what went wrong. */
    show: (view) => html`${problem(state.error)}${state.late ? loading() : nothing}${state.answer ? view(state.answer) : state.error || state.late ? nothing : loading()}`,
  };
  state.again();
  return state;
}
