// The stream of an upgrade: its events and where it stands. One EventSource, which goes on after the last event by
// itself. Where the server closed it for good it is opened anew, and what was seen is not told twice. A page that nobody
// sees has none: a browser opens few connections to one server.

const AGAIN = 3000;

export function follow(address, { event, state, ping, ended, changed, lost }) {
  let source;
  let last = 0;
  let heard = Date.now();
  let timer;
  let live = true; // until shown otherwise
  let begun = false;

  const on = (act) => (message) => {
    heard = Date.now();
    act(JSON.parse(message.data));
  };

  function open() {
    close();
    begun = true;
    if (document.hidden) {
      return; // once somebody looks at it
    }
    source = new EventSource(address());
    source.onopen = () => { live = true; heard = Date.now(); changed(); };
    source.onmessage = on((said) => {
      if (said.number > last) {
        last = said.number;
        event(said);
      }
    });
    source.addEventListener('state', on(state));
    source.addEventListener('ping', on(ping));
    source.onerror = () => {
      if (ended()) {
        close();
        return;
      }
      live = false;
      changed();
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(async () => {
          await lost();
          if (!ended()) {
            open();
          }
        }, AGAIN);
      }
    };
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  const seen = () => {
    if (begun) {
      (document.hidden || ended() ? close : open)();
    }
  };
  addEventListener('visibilitychange', seen);

  return {
    open,
    close() {
      removeEventListener('visibilitychange', seen);
      close();
    },
    connected: () => live,
    /** How long nothing was heard, in ms. */
    silence: () => Date.now() - heard,
  };
}
