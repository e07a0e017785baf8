package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a listener heard, in order. */
final class RecordedEvents implements RuntimeApi.ConnectionListener {
  private final List<HaproxyInfo> connections = new CopyOnWriteArrayList<>();
  private final List<String> losses = new CopyOnWriteArrayList<>();

  @Override
  public void connected(HaproxyInfo info) {
    connections.add(info);
  }

  @Override
  public void lost(String reason) {
    losses.add(reason);
  }

  List<HaproxyInfo> connections() {
    return connections;
  }

  List<String> losses() {
    return losses;
  }
}
