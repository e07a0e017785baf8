package io.rollcall.store;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.SlotState;
import io.rollcall.store.StateDocument.StoredFailure;
import io.rollcall.store.StateDocument.StoredOccupant;
import io.rollcall.store.StateDocument.StoredServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The member in a slot, in {@code memory.json}. */
final class OccupantFormat {
  private static final String WEIGHT = "weight";
  private static final String MAXCONN = "maxconn";

  /** What 0.1.0 sets where a member says nothing. */
  private static final int USUAL_WEIGHT = 100;

  private static final int NO_LIMIT = 0;

  private OccupantFormat() {}

  static StoredOccupant write(Occupant o, UnaryOperator<Instant> time) {
    ServerSpec server = o.service();
    Occupant.Down down = o.down();
    return new StoredOccupant(
        o.member(),
        write(server),
        name(o.state()),
        time.apply(o.since()),
        o.why(),
        o.deadline() == null ? null : time.apply(o.deadline()),
        o.byFailure(),
        o.cleared(),
        o.refused(),
        o.configuredMaxconn(),
        down == null ? null : new StoredFailure(down.check(), time.apply(down.since())));
  }

  static Occupant read(StoredOccupant o, UnaryOperator<Instant> time) {
    return new Occupant(
        required(o.member(), "member"),
        read(required(o.service(), "service")),
        state(required(o.state(), "state")),
        time.apply(required(o.since(), "since")),
        text(o.why()),
        o.deadline() == null ? null : time.apply(o.deadline()),
        o.byFailure(),
        o.cleared(),
        o.refused(),
        o.configuredMaxconn(),
        o.down() == null
            ? null
            : new Occupant.Down(
                text(o.down().check()), time.apply(required(o.down().since(), "since"))));
  }

  private static StoredServer write(ServerSpec server) {
    Integer weight = server.weight();
    Integer maxconn = server.maxconn();
    var asConfigured = new ArrayList<String>();
    if (weight == null) {
      asConfigured.add(WEIGHT);
    }
    if (maxconn == null) {
      asConfigured.add(MAXCONN);
    }
    return new StoredServer(
        server.endpoint().toString(),
        server.boot(),
        weight == null ? Integer.valueOf(USUAL_WEIGHT) : weight,
        maxconn == null ? Integer.valueOf(NO_LIMIT) : maxconn,
        asConfigured);
  }

  private static ServerSpec read(StoredServer server) {
    List<String> asConfigured = server.asConfigured() == null ? List.of() : server.asConfigured();
    return new ServerSpec(
        endpoint(required(server.endpoint(), "endpoint")),
        text(server.boot()),
        asConfigured.contains(WEIGHT) ? null : server.weight(),
        asConfigured.contains(MAXCONN) ? null : server.maxconn());
  }

  private static Endpoint endpoint(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
      return Endpoint.of(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not address:port", e);
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String name(SlotState state) {
    return switch (state) {
      case FREE -> "FREE";
      case PREPARED -> "PREPARED";
      case JOINING -> "JOINING";
      case SERVING -> "SERVING";
      case SUSPECT -> "SUSPECT";
      case DRAINING -> "DRAINING";
      case PARKED -> "PARKED";
    };
  }

  private static SlotState state(String name) {
    return switch (name) {
      case "FREE" -> SlotState.FREE;
      case "PREPARED" -> SlotState.PREPARED;
      case "JOINING" -> SlotState.JOINING;
      case "SERVING" -> SlotState.SERVING;
      case "SUSPECT" -> SlotState.SUSPECT;
      case "DRAINING" -> SlotState.DRAINING;
      case "PARKED" -> SlotState.PARKED;
      default -> throw new IllegalArgumentException("'" + name + "' is not a state of a slot");
    };
  }
}
