// Hears of changes: by a stream that the server keeps open, or, where that does not get through, by asking every few seconds.

const SILENCE = 5000;

// Calls onChange once at the start and whenever the server says that something has changed. It may be called too often,
// never too seldom. Returns nothing; the page that follows lives as long as it is open.
export function follow({ eventsUrl, onChange, pause }) {
  let isAsking = false;

  async function ask() {
    await onChange();
    window.setTimeout(ask, pause());
  }

  function startAsking() {
    if (isAsking) return;
    isAsking = true;
    ask();
  }

  if (!eventsUrl || !("EventSource" in window)) {
    startAsking();
    return;
  }
  const source = new EventSource(eventsUrl);
  // A proxy that gathers answers lets nothing through: a stream that stays silent from the start is no stream.
  const silence = window.setTimeout(() => {
    source.close();
    startAsking();
  }, SILENCE);
  source.addEventListener("message", () => {
    window.clearTimeout(silence);
    onChange();
  });
  source.addEventListener("error", () => {
    // A stream that broke off is opened again by the browser; one that was refused stays closed.
    if (source.readyState !== EventSource.CLOSED) return;
    window.clearTimeout(silence);
    startAsking();
  });
}
