package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * What HAProxy reports of a backend as a whole.
 *
 * @param status of its row in {@code show stat}: {@code UP}, {@code DOWN}, {@code UP (UNPUB)}
 * @param algorithm as printed, {@code roundrobin}; empty or {@code unknown} if it is not shown
 * @param mode {@code http}, {@code tcp}; empty if it is not shown
 * @param cookie by which a client stays with its server; empty for none, or if it is not shown
 * @param sessions sessions since the connection to HAProxy was made
 * @param tracked the most entries that its stick table had meanwhile; null if it has no table
 */
public record BackendReport(
    String status,
    String algorithm,
    String mode,
    String cookie,
    long sessions,
    @Nullable Long tracked) {
  /** It is not published (3.4): no frontend sends it requests. */
  public boolean unpublished() {
    return status.endsWith("(UNPUB)");
  }

  /** With the sessions since this report, and the entries of it. */
  public BackendReport since(BackendReport first) {
    return new BackendReport(
        status, algorithm, mode, cookie, Math.max(0, sessions - first.sessions), first.tracked);
  }

  public BackendReport withTracked(@Nullable Long entries) {
    return new BackendReport(status, algorithm, mode, cookie, sessions, entries);
  }
}
