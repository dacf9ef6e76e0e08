// The stream of an upgrade's events: one EventSource, which goes on after the last event by itself. Where the server
// closed it for good, it is opened anew, and what was seen is not told twice.

const AGAIN = 3000;

export function follow(address, { event, ended, changed }) {
  let source;
  let last = 0;
  let timer;
  let live = true; // until shown otherwise

  function open() {
    source = new EventSource(address());
    source.onopen = () => { live = true; changed(); };
    source.onmessage = (message) => {
      const said = JSON.parse(message.data);
      if (said.number > last) {
        last = said.number;
        event(said);
      }
    };
    source.onerror = () => {
      if (ended()) {
        close();
        return;
      }
      live = false;
      changed();
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, AGAIN);
      }
    };
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  return { open, close, connected: () => live };
}
