// On the pages beside the ballot (joining, the receipt): says that a ballot still waits on this device, and sends it.

import { make } from "./ballot_elements.js";
import { keepAsFile } from "./ballot_file.js";
import { Outbox } from "./ballot_outbox.js";
import { Vault } from "./ballot_vault.js";

const main = document.querySelector("main");

function notice(meeting, outbox) {
  const words = make("p");
  words.setAttribute("role", "status");
  const copy = make("button", { type: "button", className: "button-quiet", textContent: "Keep it as a file for the convener" });
  copy.addEventListener("click", async () => keepAsFile(await outbox().ballots(), meeting));
  const box = make("div", { className: "notice notice-warning", dataset: { waitingBallots: meeting } }, words, copy);
  main.prepend(box);
  return (ballots) => {
    box.hidden = !ballots.length;
    const text = ballots.map(sentence).join(" ");
    if (words.textContent !== text) words.textContent = text;
  };
}

function sentence({ voter, refusal }) {
  if (refusal) return `A ballot of ${voter} was not taken: ${refusal} Its answers are kept on this device.`;
  return `A ballot of ${voter} waits on this device to be sent. Leave this page open, or open the meeting again.`;
}

function wasCast(ballot, receipt) {
  const link = make("a", { href: receipt.url, textContent: `Open receipt ${receipt.code}` });
  main.prepend(make("p", { className: "notice notice-success", role: "status" }, `The ballot of ${ballot.voter} is cast. `, link));
}

async function watch(vault, meeting) {
  const show = notice(meeting, () => outbox);
  const tell = async () => show(await outbox.ballots());
  const voter = (await vault.get(`seat/${meeting}`)) ?? "";
  const outbox = new Outbox({ vault, meeting, voter, csrfToken: "", tell, onCast: wasCast, onRefused: tell });
  await tell();
  await outbox.tryNow();
}

const vault = await new Vault().open();
const waiting = await vault.all("outbox/");
for (const meeting of new Set(waiting.map((ballot) => ballot.meeting))) await watch(vault, meeting);
