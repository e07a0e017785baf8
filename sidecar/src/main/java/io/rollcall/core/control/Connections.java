package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.SavedState;
import java.util.List;

/** Which HAProxy process is behind the admin socket. */
final class Connections {
  private Connections() {}

  /** A connection never leads to another process, so processes are compared when one is opened. */
  static void connected(HaproxyInfo info, ReactionBuilder next) {
    next.report(Component.HAPROXY, null);
    SavedState.ProcessRun before =
        next.haproxy.run() == null ? next.saved.haproxy() : next.haproxy.run();
    var run = new SavedState.ProcessRun(info.pid(), next.now().minusSeconds(info.uptimeSeconds()));
    if (before != null && before.same(run)) {
      if (next.haproxy.run() == null) {
        next.haproxy = next.haproxy.withRun(before, next.haproxy.restarts());
      }
      return;
    }
    int restarts = next.haproxy.restarts();
    if (before != null) {
      restarts++;
      // a process that was suspended lags behind in its own uptime
      String text =
          info.pid() == before.pid()
              ? "HAProxy restarted or was suspended (pid %d as before)".formatted(info.pid())
              : "HAProxy restarted (pid %d, before %d)".formatted(info.pid(), before.pid());
      next.record(null, List.of(new Event(EventKind.HAPROXY_RESTARTED, null, null, text)));
    }
    next.haproxy = next.haproxy.withRun(run, restarts);
  }
}
