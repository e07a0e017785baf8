import { Store } from 'express-session';

/**
 * Sessions in memory, bounded: at most `limit` of them, each for `idleMs` after its last use. The one that was used
 * longest ago goes first. (The memory store that express-session brings grows for ever.)
 */
export class Sessions extends Store {
  #entries = new Map(); // id to { text, expires }, in the order of use

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

  /** All entries have the same time to live, so the order of use is the order of expiry too. */
  #evict() {
    const now = Date.now();
    for (const [id, { expires }] of this.#entries) {
      if (expires > now && this.#entries.size <= this.limit) return;
      this.#entries.delete(id);
    }
  }
}
