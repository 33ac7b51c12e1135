// Hears of changes: by a stream that the server keeps open, or, where that does not get through, by asking every few seconds.

const SILENCE = 5000;
const FIRST_RETRY = 30000;
const LONGEST_RETRY = 480000;

// Calls onChange once at the start and whenever the server says that something has changed. It may be called too often,
// never too seldom. Returns nothing; the page that follows lives as long as it is open.
export function follow({ eventsUrl, onChange, pause }) {
  let isAsking = false;
  let turn = 0;
  let retry = FIRST_RETRY;

  // Only the newest turn goes on: a turn that was waiting for its answer when asking stopped ends there.
  async function ask(mine) {
    await onChange();
    if (mine === turn) window.setTimeout(() => mine === turn && ask(mine), pause());
  }

  function startAsking() {
    if (isAsking) return;
    isAsking = true;
    turn += 1;
    ask(turn);
  }

  function stopAsking() {
    isAsking = false;
    turn += 1;
  }

  function listen() {
    const source = new EventSource(eventsUrl);
    // All streams may have been taken: the page asks meanwhile, and tries the stream again ever more rarely.
    const giveUp = () => {
      window.clearTimeout(silence);
      source.close();
      startAsking();
      window.setTimeout(listen, retry);
      retry = Math.min(2 * retry, LONGEST_RETRY);
    };
    // A proxy that gathers answers lets nothing through: a stream that stays silent from the start is no stream.
    const silence = window.setTimeout(giveUp, SILENCE);
    source.addEventListener("message", () => {
      window.clearTimeout(silence);
      retry = FIRST_RETRY;
      stopAsking();
      onChange();
    });
    source.addEventListener("error", () => {
      // A stream that broke off is opened again by the browser; one that was refused stays closed.
      if (source.readyState === EventSource.CLOSED) giveUp();
    });
  }

  if (eventsUrl && "EventSource" in window) listen();
  else startAsking();
}
