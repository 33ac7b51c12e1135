// Keeps answers and waiting ballots on this device: in IndexedDB, with a copy in localStorage that is written at once,
// because IndexedDB finishes a moment later and a phone may fall asleep in between. Where a browser allows neither, the
// page itself remembers. Nothing here asks the clock when something was written: phones' clocks are wrong.

const NAME = "skillshed";
const SHELF = "kept";
const PREFIX = "skillshed/";
const OPENING_SECONDS = 2;
const LEASE_SECONDS = 30;

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Written in one step and committed at once: a page that is being left gets no time to hear that it went well.
function settled(request) {
  request.transaction.commit?.();
  return finished(request);
}

// Some browsers never answer when they are short of space, so nobody waits for ever.
function openDatabase() {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), OPENING_SECONDS * 1000);
    const answer = (database) => {
      clearTimeout(timer);
      resolve(database);
    };
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
      request.onsuccess = () => answer(request.result);
      request.onerror = request.onblocked = () => answer(null);
    } catch {
      answer(null); // The browser forbids it.
    }
  });
}

function openLocal() {
  try {
    localStorage.setItem(`${PREFIX}try`, "1");
    localStorage.removeItem(`${PREFIX}try`);
    return localStorage;
  } catch {
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Another program wrote there.
  }
}

export class Vault {
  constructor() {
    this.memory = new Map();
    this.turn = 0;
    this.local = openLocal();
  }

  async open() {
    this.database = await openDatabase();
    if (this.database) this.database.onclose = () => (this.database = null);
    return this;
  }

  async get(key) {
    const found = [this.memory.get(key), this.readLocal(key), await this.inDatabase("readonly", (shelf) => finished(shelf.get(key)))];
    return this.newest(found)?.value ?? null;
  }

  newest(found) {
    const best = found.filter((each) => each && "turn" in each).sort((one, other) => other.turn - one.turn)[0];
    this.turn = Math.max(this.turn, best?.turn ?? 0);
    return best;
  }

  // Answers whether the value outlives this page.
  async put(key, value) {
    const entry = { turn: (this.turn += 1), value: parsed(JSON.stringify(value)) };
    this.memory.set(key, entry);
    const isInLocal = this.writeLocal(key, entry);
    const isInDatabase = await this.inDatabase("readwrite", (shelf) => settled(shelf.put(entry, key)).then(() => true));
    const isKept = Boolean(isInLocal || isInDatabase);
    // What other tabs may take away again must not live on in this page.
    if (isKept && this.memory.get(key) === entry) this.memory.delete(key);
    return isKept;
  }

  async remove(key) {
    this.memory.delete(key);
    this.writeLocal(key, null);
    await this.inDatabase("readwrite", (shelf) => settled(shelf.delete(key)));
  }

  // Every value whose key begins so, in the order in which they were put there.
  async all(beginning) {
    const keys = new Set([...this.memory.keys(), ...this.localKeys()]);
    const range = globalThis.IDBKeyRange?.bound(beginning, `${beginning}\uffff`);
    for (const key of (await this.inDatabase("readonly", (shelf) => finished(shelf.getAllKeys(range)))) ?? []) keys.add(key);
    const values = await Promise.all([...keys].filter((key) => key.startsWith(beginning)).map((key) => this.get(key)));
    return values.filter(Boolean);
  }

  // One tab at a time: a claim holds until it is released or its time is up. Two tabs that claim in the same instant
  // without IndexedDB may both win; the server counts a ballot once all the same.
  async claim(holder) {
    const isMine = await this.tryClaim(holder);
    if (isMine) this.claimed = holder;
    return isMine;
  }

  async tryClaim(holder) {
    const now = Date.now();
    // A claim that ends later than any claim can was made before the clock was set back.
    const isFree = (lease) => !lease || lease.holder === holder || lease.until <= now || lease.until > now + LEASE_SECONDS * 1000;
    const lease = { holder, until: now + LEASE_SECONDS * 1000 };
    const answer = await this.inDatabase("readwrite", async (shelf) => {
      if (!isFree(await finished(shelf.get("lease")))) return "taken";
      await finished(shelf.put(lease, "lease"));
      return "mine";
    });
    if (answer) return answer === "mine";
    if (!this.local) return true;
    if (!isFree(this.readLocal("lease"))) return false;
    this.writeLocal("lease", lease);
    await new Promise((resolve) => setTimeout(resolve, 20 + 40 * Math.random()));
    return this.readLocal("lease")?.holder === holder;
  }

  async release(holder) {
    if (this.claimed !== holder) return;
    this.claimed = null;
    if (this.readLocal("lease")?.holder === holder) this.writeLocal("lease", null);
    await this.inDatabase("readwrite", (shelf) => settled(shelf.delete("lease")));
  }

  async inDatabase(mode, act) {
    try {
      return this.database ? await act(this.database.transaction(SHELF, mode).objectStore(SHELF)) : null;
    } catch {
      return null; // Full or gone; the other places still hold what was written.
    }
  }

  readLocal(key) {
    try {
      return parsed(this.local?.getItem(PREFIX + key) ?? "null");
    } catch {
      return null;
    }
  }

  writeLocal(key, entry) {
    try {
      if (entry) this.local?.setItem(PREFIX + key, JSON.stringify(entry));
      else this.local?.removeItem(PREFIX + key);
      return Boolean(this.local);
    } catch {
      return false; // Full.
    }
  }

  localKeys() {
    try {
      return Object.keys(this.local ?? {}).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    } catch {
      return [];
    }
  }
}
