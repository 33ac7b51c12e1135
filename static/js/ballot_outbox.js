// Keeps a ballot where it was filled in until the server has confirmed it. Everything here works over plain http:
// no service worker, no crypto.randomUUID, no trust in navigator.onLine; only an answer with a receipt counts as cast.

const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 60;
const REST_SECONDS = 10;
const PATIENCE_SECONDS = 20;

export function newBallotId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One draft per meeting and voter, so that two people may vote on the same phone; the draft itself stands under its ballot id.
export class DraftStore {
  constructor({ meeting, voter }) {
    this.pointer = `skillshed ${meeting} ${voter}`;
    this.prefix = `skillshed ${meeting} ballot `;
  }

  read() {
    try {
      const ballotId = localStorage.getItem(this.pointer);
      return ballotId && JSON.parse(localStorage.getItem(this.prefix + ballotId));
    } catch {
      return null; // Storage is switched off, or another program wrote there: start afresh.
    }
  }

  write(draft) {
    try {
      const former = localStorage.getItem(this.pointer);
      localStorage.setItem(this.prefix + draft.ballotId, JSON.stringify(draft));
      localStorage.setItem(this.pointer, draft.ballotId);
      if (former && former !== draft.ballotId) localStorage.removeItem(this.prefix + former);
      return true;
    } catch {
      return false;
    }
  }

  forget(draft) {
    try {
      localStorage.removeItem(this.prefix + draft.ballotId);
      localStorage.removeItem(this.pointer);
    } catch {
      // Nothing was kept, so there is nothing to forget.
    }
  }
}

// Answers {receiptUrl}, {refusal: words}, {rest: words} while voting is paused, or throws when it is worth trying again.
async function post({ url, csrfToken, body }) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_SECONDS * 1000);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken },
      body: JSON.stringify(body),
      credentials: "same-origin",
      signal: patience.signal,
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status === 503 && answer.message) return { rest: answer.message };
    if (response.status >= 500 || response.status === 429 || response.status === 408) throw new Error(`The server answered ${response.status}.`);
    if (response.ok && answer.receipt_url) return { receiptUrl: answer.receipt_url };
    return { refusal: answer.message || refusalWords(response) };
  } finally {
    clearTimeout(timer);
  }
}

function refusalWords(response) {
  if (response.redirected) return "You have left the meeting. Join it again with the same code.";
  return `The meeting did not take the ballot (answer ${response.status}). Reload this page and cast again.`;
}

export class Sender {
  constructor({ url, csrfToken, onWaiting, onTrying, onCast, onRefused }) {
    Object.assign(this, { url, csrfToken, onWaiting, onTrying, onCast, onRefused });
    this.body = null;
    this.nTries = 0;
    this.isTrying = false;
    window.addEventListener("online", () => this.tryNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.tryNow());
  }

  send(body) {
    this.body = body;
    this.nTries = 0;
    return this.tryNow();
  }

  stop() {
    this.body = null;
    clearTimeout(this.timer);
  }

  async tryNow() {
    if (!this.body || this.isTrying) return;
    clearTimeout(this.timer);
    const body = this.body;
    this.isTrying = true;
    this.onTrying();
    try {
      const { receiptUrl, refusal, rest } = await post({ url: this.url, csrfToken: this.csrfToken, body });
      this.isTrying = false;
      // Taken back while it travelled: the changed ballot has its own id and replaces this one when it is cast.
      if (this.body !== body) return;
      if (rest) {
        this.wait(REST_SECONDS, rest);
        return;
      }
      this.body = null;
      if (receiptUrl) this.onCast(receiptUrl);
      else this.onRefused(refusal);
    } catch {
      this.isTrying = false;
      if (this.body !== body) return;
      const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** this.nTries, LONGEST_PAUSE_SECONDS);
      this.nTries += 1;
      this.wait(seconds, "");
    }
  }

  wait(seconds, words) {
    this.timer = setTimeout(() => this.tryNow(), seconds * 1000);
    this.onWaiting(seconds, words);
  }
}
