package io.rollcall.logging;

import java.util.logging.LogManager;

/**
 * A log manager that keeps its handlers while the JVM shuts down: the JDK's own removes them as
 * soon as the shutdown begins, so that what happens while the sidecar stops would not be logged.
 * {@link Logging#close} ends them. Public because the JDK instantiates it.
 */
public final class ShutdownSafeLogManager extends LogManager {
  @Override
  public void reset() {}
}
