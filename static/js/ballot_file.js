// Hands waiting ballots over as a file, which the convener can take at the desk.

import { make } from "./ballot_elements.js";

export function keepAsFile(ballots, meeting) {
  const rows = ballots.map(({ organisation, voice, round, body }) => ({ organisation, voice, round, ballot: body }));
  const text = JSON.stringify({ format: "skillshed-ballots", version: 1, meeting, ballots: rows }, null, 1);
  const slug = (rows[0]?.organisation ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `ballot-${meeting}-${slug || "file"}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
