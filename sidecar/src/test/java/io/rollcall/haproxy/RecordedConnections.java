package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what a connection reports, in order. */
final class RecordedConnections implements RuntimeApi.ConnectionListener {
  private final List<HaproxyInfo> connections = new CopyOnWriteArrayList<>();
  private final List<String> losses = new CopyOnWriteArrayList<>();

  @Override
  public void connected(HaproxyInfo info) {
    connections.add(info);
  }

  @Override
  public void disconnected(String reason) {
    losses.add(reason);
  }

  List<HaproxyInfo> connections() {
    return connections;
  }

  List<String> losses() {
    return losses;
  }
}
