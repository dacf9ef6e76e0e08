// The links of a mail, &do=now and &do=slot: each opens its dialog once, or says why it cannot.
import { say } from './parts.js';

/** @param deeds by their word: [why not, or nothing; what opens the dialog] */
export function obey(route, deeds) {
  const [why, open] = deeds[route.query.do] ?? [];
  if (!open) {
    return;
  }
  history.replaceState(null, '', route.with({ do: '', event: '' }));
  route.query.do = '';
  if (why) {
    say(why);
  } else {
    open();
  }
}
