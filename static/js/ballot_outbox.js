// Sends waiting ballots, one at a time, and lets go of one only when the server has confirmed it. Works over plain http:
// no service worker, no Web Locks, no crypto.randomUUID, no trust in navigator.onLine; only an answer with a receipt counts.

const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 60;
const REST_SECONDS = 10;
const TURN_SECONDS = 3;
const PATIENCE_SECONDS = 20;
const TAB = "skillshed/tab";

export function newBallotId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The same name after a reload, so that a page takes up the claim that it had no time to let go of.
function tabName() {
  try {
    sessionStorage.setItem(TAB, sessionStorage.getItem(TAB) ?? newBallotId());
    return sessionStorage.getItem(TAB);
  } catch {
    return newBallotId(); // The browser forbids it; the claim ends by itself.
  }
}

// A little earlier or later at random, so that a hall of phones does not come back in one instant.
function jittered(seconds) {
  return Math.max(1, Math.round(seconds * (0.75 + 0.5 * Math.random())));
}

function isReceipt(answer) {
  return typeof answer.receipt_url === "string" && answer.receipt_url.startsWith("/meet/") && typeof answer.receipt_code === "string";
}

// Answers {receipt}, {refusal: words}, {rest: words} while voting is paused, or {away: words} when it is worth trying again.
async function post(ballot, csrfToken) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_SECONDS * 1000);
  try {
    const response = await fetch(ballot.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken },
      body: JSON.stringify(ballot.body),
      credentials: "same-origin",
      signal: patience.signal,
    });
    return await understood(response);
  } catch {
    return { away: "The meeting cannot be reached." };
  } finally {
    clearTimeout(timer);
  }
}

async function understood(response) {
  const answer = await response.json().catch(() => null);
  const words = typeof answer?.message === "string" ? answer.message : "";
  if (response.status === 503 && words) return { rest: words };
  if (response.status >= 500 || response.status === 429 || response.status === 408) return { away: "The meeting’s computer is busy." };
  if (response.ok && answer && isReceipt(answer)) return { receipt: { url: answer.receipt_url, code: answer.receipt_code } };
  if (!response.ok && words) return { refusal: words };
  // A hotel's wifi answers with its own page until one has signed in to it.
  return { away: "The wifi answers, but it is not the meeting. It may want you to sign in to the wifi first." };
}

export class Outbox {
  // `tell` hears {kind: "sending" | "waiting" | "quiet", words, seconds, isResting}; `onCast` and `onRefused` hear the ballot and the outcome.
  constructor({ vault, meeting, voter, csrfToken, tell, onCast, onRefused }) {
    Object.assign(this, { vault, meeting, voter, csrfToken, tell, onCast, onRefused });
    this.tab = `${tabName()} ${meeting}`;
    this.nTries = 0;
    this.isBusy = false;
    // True once this page is on its way to the receipt; what still waits is sent from there.
    this.isLeaving = false;
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(`skillshed ${meeting}`) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.heard(data);
    window.addEventListener("online", () => this.tryNow());
    window.addEventListener("pageshow", () => this.tryNow());
    window.addEventListener("pagehide", () => this.vault.release(this.tab));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.tryNow());
  }

  // The seat that this browser holds now; whoever joins last on a shared phone holds it.
  takeSeat() {
    return this.vault.put(`seat/${this.meeting}`, this.voter);
  }

  async ballots() {
    const found = await this.vault.all(`outbox/${this.meeting}/`);
    return found.sort((one, other) => one.place - other.place);
  }

  // A ballot goes out under the seat it was filled in for: with a receipt in its address, or while this browser holds it.
  async sendable() {
    const seat = (await this.vault.get(`seat/${this.meeting}`)) ?? this.voter;
    return (await this.ballots()).filter((ballot) => !ballot.refusal && (ballot.voter === seat || /[?&]receipt=/.test(ballot.url)));
  }

  async add(ballot) {
    const waiting = await this.ballots();
    // What was refused before stands in the answers that are cast now.
    for (const former of waiting) if (former.refusal && former.voter === ballot.voter) await this.forget(former);
    const place = Math.max(0, ...waiting.map((each) => each.place)) + 1;
    await this.vault.put(this.key(ballot), { ...ballot, place });
    this.channel?.postMessage({ kind: "added" });
    return this.tryNow();
  }

  forget(ballot) {
    return this.vault.remove(this.key(ballot));
  }

  key({ ballotId }) {
    return `outbox/${this.meeting}/${ballotId}`;
  }

  heard({ kind, ballot, outcome }) {
    if (kind === "cast") this.onCast(ballot, outcome);
    else if (kind === "refused") this.onRefused(ballot, outcome);
    else this.again(TURN_SECONDS);
  }

  tryNow() {
    this.nTries = 0;
    return this.flush();
  }

  async flush() {
    this.isWanted = true;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.isWanted) {
        this.isWanted = false;
        clearTimeout(this.timer);
        while (await this.sendNext());
      }
    } finally {
      this.isBusy = false;
    }
  }

  // Answers whether there may be another one to send right away.
  async sendNext() {
    if (this.isLeaving) return false;
    if (!(await this.sendable()).length) {
      this.tell({ kind: "quiet" });
      return false;
    }
    // Another tab sends; it says how it went.
    if (!(await this.vault.claim(this.tab))) return this.again(TURN_SECONDS);
    let news = () => {};
    try {
      const [ballot] = await this.sendable();
      if (!ballot) return true;
      this.tell({ kind: "sending" });
      news = await this.settle(ballot, await post(ballot, this.csrfToken || ballot.csrfToken));
    } finally {
      await this.vault.release(this.tab);
    }
    // Only now, because the page may be left when it hears that its ballot is cast.
    return news();
  }

  // Writes down how it went and answers with what is to be told of it, which says whether to go on.
  async settle(ballot, { receipt, refusal, rest, away }) {
    if (receipt) {
      await this.vault.put(`cast/${this.meeting}/${ballot.voter}`, { ballotId: ballot.ballotId, round: ballot.round, receipt });
      await this.forget(ballot);
      return () => this.pass("cast", ballot, receipt);
    }
    if (refusal) {
      await this.vault.put(this.key(ballot), { ...ballot, refusal });
      return () => this.pass("refused", ballot, refusal);
    }
    const seconds = rest ? REST_SECONDS : Math.min(FIRST_PAUSE_SECONDS * 2 ** this.nTries, LONGEST_PAUSE_SECONDS);
    this.nTries += 1;
    return () => this.again(jittered(seconds), { words: rest ?? away, isResting: Boolean(rest) });
  }

  pass(kind, ballot, outcome) {
    this.nTries = 0;
    this.channel?.postMessage({ kind, ballot, outcome });
    this.heard({ kind, ballot, outcome });
    return !this.isLeaving;
  }

  again(seconds, { words = "", isResting = false } = {}) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), seconds * 1000);
    this.tell({ kind: "waiting", words, seconds, isResting });
    return false;
  }
}
