import { Store } from 'express-session';

/**
 * A session store in memory with at most `limit` sessions. A session expires `idleMs` after its last use; the least
 * recently used one is evicted first. The memory store of express-session is not used because it grows without bound.
 */
export class Sessions extends Store {
  #entries = new Map(); // id -> { text, expires }, least recently used first

  constructor({ limit, idleMs }) {
    super();
    this.limit = limit;
    this.idleMs = idleMs;
  }

  get(id, callback) {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expires <= Date.now()) {
      this.#entries.delete(id);
      callback(null, null);
    } else {
      callback(null, JSON.parse(entry.text));
    }
  }

  set(id, session, callback) {
    this.#entries.delete(id);
    this.#entries.set(id, { text: JSON.stringify(session), expires: Date.now() + this.idleMs });
    this.#evict();
    callback?.(null);
  }

  touch(id, session, callback) {
    this.set(id, session, callback);
  }

  destroy(id, callback) {
    this.#entries.delete(id);
    callback?.(null);
  }

  /** All entries have the same time to live, so the order of use is also the order of expiry. */
  #evict() {
    const now = Date.now();
    for (const [id, { expires }] of this.#entries) {
      if (expires > now && this.#entries.size <= this.limit) return;
      this.#entries.delete(id);
    }
  }
}
