package io.rollcall.http;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.UNKNOWN;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The description and the code say the same. */
final class OpenApiTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNode DESCRIPTION = read();

  private static JsonNode read() {
    // by SnakeYAML itself: the trees of Jackson have no anchors
    return MAPPER.valueToTree(new Yaml().load(Resource.text("openapi.yaml")));
  }

  /** HEAD is answered wherever GET is, and not described. */
  private static SortedMap<String, SortedSet<String>> described() {
    var paths = new TreeMap<String, SortedSet<String>>();
    for (Map.Entry<String, JsonNode> path : DESCRIPTION.path("paths").properties()) {
      var methods = new TreeSet<String>();
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          methods.add(method.getKey().toUpperCase(Locale.ROOT));
        }
      }
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      paths.put(path.getKey(), methods);
    }
    return paths;
  }

  private static Set<ValidationMessage> validate(String schema, Object value) throws IOException {
    ObjectNode root = DESCRIPTION.deepCopy();
    root.put("$ref", "#/components/schemas/" + schema);
    JsonSchema validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    return validator.validate(MAPPER.readTree(Json.of(value)));
  }

  @Test
  void describesEveryRouteAndNoOther() {
    var vertx = Vertx.vertx();
    try {
      var server = new StatusServer(vertx, HttpAccess.of("token"), new StubStatus().ports());
      var answered = Routes.methods(server.router());
      // what only the page in a browser uses
      answered
          .keySet()
          .removeIf(path -> path.matches("/(assets|docs|page)/.*|/live|/login|/logout"));
      assertEquals(described(), answered);
    } finally {
      var _ = vertx.close();
    }
  }

  @Test
  void requiresTheTokenForAllButGet() {
    for (Map.Entry<String, JsonNode> path : DESCRIPTION.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (method.getKey().equals("parameters")) {
          continue;
        }
        boolean secured = method.getValue().has("security");
        assertEquals(
            !method.getKey().equals("get"), secured, method.getKey() + " " + path.getKey());
      }
    }
  }

  @Test
  void describesTheStatusAsItIs() throws IOException {
    assertEquals(Set.of(), validate("Status", status(S1, UNKNOWN)));
    var empty =
        new Status(
            Samples.NOW,
            new Status.Balancer(
                null, "0", Samples.NOW, BalancerState.DEGRADED, List.of("why"), List.of()),
            new Status.SerfStatus(false, null, null, null, null, null, null, null, null, null),
            new Status.HaproxyStatus(false, null, null, null, null, null, 0, null),
            List.of(
                new Status.PoolStatus(
                    "nodes",
                    true,
                    new Status.SlotCounts(null, null, 0),
                    new Status.DriftCount(1, 0),
                    List.of())),
            List.of(new Status.PeerBalancer("ha2", null, MemberStatus.FAILED, false)),
            List.of(new Status.EventRecord(1, Samples.NOW, "resync", null, null, null, "", null)),
            null);
    assertEquals(Set.of(), validate("Status", empty));
  }

  @Test
  void describesEveryStateOfAMember() throws IOException {
    for (MemberState state : MemberState.values()) {
      assertEquals(Set.of(), validate("Status", status(row("s1", state))));
    }
  }

  @Test
  void describesTheHistory() throws IOException {
    var source = new StubStatus();
    source.history.add(
        "nodes",
        List.of(new TrafficHistory.MemberSample("s1", 5, 1, true)),
        Samples.NOW.minusSeconds(30));
    source.history.mark(
        List.of(new Status.EventRecord(1, Samples.NOW, "draining", "s1", "nodes", null, "", null)),
        Samples.NOW);
    var loop = new EventLoop();
    try (var client =
        new TestClient(
            loop.get(() -> {
              var server =
                  new StatusServer(loop.vertx(), HttpAccess.of(TestClient.TOKEN), source.ports());
              return server.listen("127.0.0.1", 0);
            }))) {
      for (String path : List.of("?range=hour", "?range=day", "?pool=nodes&members=1")) {
        JsonNode answer = MAPPER.readTree(client.get("/api/v1/history" + path).body());
        assertEquals(Set.of(), validate("History", MAPPER.treeToValue(answer, Object.class)));
        assertEquals(1, answer.at("/pools/0/marks").size(), answer::toString);
        String requests = answer.at("/pools/0/series/requests").toString();
        assertTrue(requests.startsWith("[null,null,") && requests.contains(",5"), requests);
      }
      assertEquals(400, client.get("/api/v1/history?range=year").statusCode());
    } finally {
      loop.close();
    }
  }

  @Test
  void describesNothingMore() throws IOException {
    assertFalse(validate("Status", Map.of()).isEmpty());
    assertFalse(validate("Event", Map.of("id", "one")).isEmpty());
    assertFalse(validate("Problem", Map.of("status", 400)).isEmpty());
    assertEquals(Set.of(), validate("Problem", new Problem("about:blank", "Bad", 400, "x")));
  }

  @Test
  void documentsEveryKindOfEventAndNoOther() {
    var documented = new ArrayList<String>();
    for (JsonNode kind : DESCRIPTION.at("/components/schemas/EventKind/x-kinds")) {
      documented.add(
          String.join(
              ": ",
              kind.get("name").asText(),
              kind.get("severity").asText(),
              kind.get("description").asText()));
    }
    assertEquals(
        Stream.of(EventKind.values())
            .map(kind ->
                String.join(": ", kind.wire(), Format.name(kind.severity()), kind.description()))
            .toList(),
        documented);
  }

  @Test
  void allowsAKindOfEventOfALaterVersion() throws IOException {
    var later = new Status.EventRecord(1, Samples.NOW, "later", null, null, null, "", null);
    assertEquals(Set.of(), validate("Event", later));
  }

  @Test
  void namesTheVersionItIsBuiltAs() {
    assertTrue(DESCRIPTION.at("/info/version").asText().matches("\\d+\\.\\d+\\.\\d+.*"));
  }
}
