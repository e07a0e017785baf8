package io.rollcall.core.model;

import java.time.Instant;

/**
 * A HAProxy process that another one replaced, and that ends once its last connections have ended.
 * Its servers are those of that time, and its requests are in no counter.
 *
 * @param pid as {@code show info} had it
 * @param replacedAt when the next process was first seen, on the steady clock
 * @param visible it is seen to run; otherwise processes of HAProxy are in another pid namespace,
 *     and it may run
 */
public record OldWorker(int pid, Instant replacedAt, boolean visible) {}
