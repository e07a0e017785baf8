package io.rollcall.reconcile;

import io.rollcall.core.Component;
import io.rollcall.core.status.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the alerts are derived from; each call returns at once. */
public interface AlertSource {
  /** The status that the page and the metrics show. */
  Status status();

  /** What fails, one line each. */
  Map<Component, String> failures();

  /** The first plan was applied: the status shows the pools as they are. */
  boolean converged();

  /** Address of the status page; null while it is unknown. */
  @Nullable String link();
}
