// What a voter sees of ballots on their way: what still waits, why, when it is tried again, and how it went.

import { make } from "./ballot_elements.js";
import { keepAsFile } from "./ballot_file.js";
import { Outbox, newBallotId } from "./ballot_outbox.js";

export class Casting {
  constructor({ form, vault, device, wasCast, wasRefused }) {
    Object.assign(this, { form, vault, device, wasRefused });
    this.find = (selector) => form.querySelector(selector);
    const { meeting, voter, organisation, voice, csrf } = form.dataset;
    const round = Number(new URL(form.action).searchParams.get("round"));
    this.ballot = { meeting, voter, organisation, voice, round, url: form.action, csrfToken: csrf };
    this.outbox = new Outbox({
      vault,
      meeting,
      voter,
      csrfToken: csrf,
      tell: (news) => this.show(news),
      onCast: (ballot, receipt) => this.settled(ballot, () => wasCast(ballot.ballotId, receipt)),
      onRefused: (ballot, words) => this.settled(ballot, () => wasRefused(ballot.ballotId, words)),
    });
    this.find("[data-retry]").addEventListener("click", () => this.outbox.tryNow());
    this.find("[data-keep-copy]").addEventListener("click", () => this.keepCopy());
  }

  newBallotId() {
    return newBallotId();
  }

  // Goes on where the page was left: a ballot may wait, may have been taken by another tab, or may have been refused.
  async start({ waitingId, body, isNew }) {
    this.keepPage();
    await this.outbox.takeSeat();
    const { meeting, voter, round } = this.ballot;
    const own = (await this.outbox.ballots()).filter((ballot) => ballot.voter === voter);
    const cast = await this.vault.get(`cast/${meeting}/${voter}`);
    const refused = own.find((ballot) => ballot.refusal);
    if (waitingId && cast?.ballotId === waitingId) return this.outbox.onCast({ ...this.ballot, ballotId: waitingId }, cast.receipt);
    // The phone fell asleep between the tap and the queue: the same number makes it the same ballot.
    if (waitingId && !own.some((ballot) => ballot.ballotId === waitingId)) return this.send(waitingId, body);
    if (refused) this.wasRefused(refused.ballotId, refused.refusal);
    else if (isNew && cast?.round === round && !/[?&]receipt=/.test(window.location.search)) this.note("Your ballot is cast. What you fill in here replaces it once you cast it.", cast.receipt);
    return this.outbox.tryNow();
  }

  send(ballotId, body) {
    // The server checks for whom it was filled in: this page may be older than the seat of this browser, and also older
    // than this script.
    const { seat, voter } = this.form.elements;
    return this.outbox.add({ ...this.ballot, ballotId, body: { ballot_uid: ballotId, seat: seat?.value ?? "", voter: voter?.value ?? "", ...body } });
  }

  async settled(ballot, tellPage) {
    if (ballot.voter === this.ballot.voter) await tellPage();
    await this.showCount();
  }

  note(words, receipt) {
    const place = this.find("[data-cast-note]");
    place.replaceChildren(words, " ", make("a", { href: receipt.url, textContent: `Open receipt ${receipt.code}` }));
    place.hidden = false;
  }

  async show({ kind, words, seconds, isResting }) {
    const again = this.find("[data-waiting-again]");
    if (kind === "sending") {
      again.textContent = "Sending …";
      if (!this.find("[data-waiting-words]").textContent) this.say("Your ballot is on its way to the meeting.");
    } else if (kind === "waiting") {
      this.askToPersist();
      again.textContent = `Next try in ${seconds} seconds${isResting ? "" : ", or as soon as the wifi is back"}.`;
      const what = isResting ? `There is nothing to do: this ${this.device} casts it by itself.` : `Your whole ballot is kept on this ${this.device}, which sends it by itself.`;
      if (words) this.say(`${words} ${what} Leave this page open, or open it again later on this ${this.device}.`);
    }
    await this.showCount();
  }

  // Read out by screen readers, so it changes only when there is something new to say.
  say(words) {
    const place = this.find("[data-waiting-words]");
    if (place.textContent !== words) place.textContent = words;
  }

  async showCount() {
    const waiting = (await this.outbox.ballots()).filter((ballot) => !ballot.refusal);
    const own = waiting.filter((ballot) => ballot.voter === this.ballot.voter);
    this.find("[data-outbox]").textContent = own.length ? `${own.length === 1 ? "1 ballot waits" : `${own.length} ballots wait`} to be sent` : "";
    const sendable = await this.outbox.sendable();
    const isElsewhere = own.length > 0 && !own.some((ballot) => sendable.some((each) => each.ballotId === ballot.ballotId));
    this.find("[data-join-again]").hidden = !isElsewhere;
    if (isElsewhere) {
      this.say(`Somebody else has joined the meeting on this ${this.device} since. Join again as ${this.ballot.voter} to send this ballot.`);
      this.find("[data-waiting-again]").textContent = "";
    }
    if (!own.length) this.say("");
    this.showOthers(waiting.filter((ballot) => ballot.voter !== this.ballot.voter));
  }

  showOthers(ballots) {
    const place = this.find("[data-others]");
    place.hidden = !ballots.length;
    if (!ballots.length) return;
    const voters = [...new Set(ballots.map((ballot) => ballot.voter))].join("; ");
    const copy = make("button", { type: "button", className: "button-quiet", textContent: "Keep it as a file" });
    copy.addEventListener("click", () => this.keepCopy());
    place.replaceChildren(make("p", { textContent: `A ballot of ${voters} still waits on this ${this.device}. It is sent when they join here again; or keep it as a file for the convener.` }), copy);
  }

  async keepCopy() {
    keepAsFile(await this.outbox.ballots(), this.ballot.meeting);
  }

  // Where the browser allows it (https, or this computer itself), the page opens again without a network.
  keepPage() {
    if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(this.form.dataset.worker, { scope: "/meet/" }).catch(() => {});
  }

  // Some browsers ask their user, so they are asked only once there is something to keep.
  askToPersist() {
    if (this.isAsked || !window.isSecureContext) return;
    this.isAsked = true;
    navigator.storage?.persist?.().catch(() => {});
  }
}
