package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A server that receives alerts in every format. It validates them as the real receivers document
 * it, and refuses what is not valid. The first part of the path is the format: {@code /webhook},
 * {@code /slack}, {@code /pagerduty} or {@code /alertmanager}; any JSON is accepted elsewhere. What
 * ends with {@code /signed} requires a signature; the error at {@code /endless} has no end.
 */
public final class AlertReceiver implements AutoCloseable {
  /** The key of signed webhooks. */
  public static final String SECRET = "key-of-the-webhook";

  /** A key as PagerDuty makes them. */
  public static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Rollcall's own format, in {@code docs/alerts-and-events.md}. */
  private static final String WEBHOOK =
      """
      {"type": "object", "additionalProperties": false,
       "required": ["version", "id", "at", "balancer", "link", "test", "alerts"],
       "properties": {
         "version": {"const": 1},
         "id": {"type": "string", "minLength": 1},
         "at": {"type": "string", "format": "date-time"},
         "balancer": {"type": ["string", "null"]},
         "link": {"type": ["string", "null"]},
         "test": {"type": "boolean"},
         "text": {"type": "string"},
         "alerts": {"type": "array", "items": {"type": "object", "additionalProperties": false,
           "required": ["incident", "status", "type", "kind", "severity", "pool", "name",
             "summary", "detail", "since", "until", "failures"],
           "properties": {
             "incident": {"type": "string", "minLength": 1},
             "status": {"enum": ["firing", "resolved"]},
             "type": {"enum": ["failed", "flapping", "recovered", "stable", "out_of_service"]},
             "kind": {"type": "string"},
             "severity": {"enum": ["warning", "critical"]},
             "pool": {"type": ["string", "null"]},
             "name": {"type": ["string", "null"]},
             "summary": {"type": "string", "minLength": 1},
             "detail": {"type": "string", "minLength": 1},
             "since": {"type": "string", "format": "date-time"},
             "until": {"type": ["string", "null"], "format": "date-time"},
             "failures": {"type": "integer", "minimum": 1}}}}}}
      """;

  /** Slack's incoming webhooks, for messages of text only. */
  private static final String SLACK =
      """
      {"type": "object", "required": ["text"],
       "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 40000}},
       "additionalProperties": false}
      """;

  /** PagerDuty, Events API v2, "Send an alert event". */
  private static final String PAGERDUTY =
      """
      {"type": "object", "required": ["routing_key", "event_action", "dedup_key"],
       "properties": {
         "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
         "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
         "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
         "client": {"type": "string"}, "client_url": {"type": "string", "format": "uri"},
         "payload": {"type": "object", "required": ["summary", "source", "severity"],
           "properties": {
             "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
             "source": {"type": "string", "minLength": 1},
             "severity": {"enum": ["critical", "error", "warning", "info"]},
             "timestamp": {"type": "string", "format": "date-time"},
             "component": {"type": "string"}, "group": {"type": "string"},
             "class": {"type": "string"}, "custom_details": {"type": "object"}},
           "additionalProperties": false}},
       "if": {"properties": {"event_action": {"const": "trigger"}}},
       "then": {"required": ["payload"]}, "additionalProperties": false}
      """;

  /** Alertmanager's openapi.yaml, postableAlerts. */
  private static final String ALERTMANAGER =
      """
      {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["labels"],
        "properties": {
          "labels": {"type": "object", "required": ["alertname"],
            "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
            "additionalProperties": {"type": "string"}},
          "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
          "startsAt": {"type": "string", "format": "date-time"},
          "endsAt": {"type": "string", "format": "date-time"},
          "generatorURL": {"type": "string", "format": "uri"}}, "additionalProperties": false}}
      """;

  private static final Map<String, JsonSchema> SCHEMAS =
      Map.of(
          "webhook", schema(WEBHOOK),
          "slack", schema(SLACK),
          "pagerduty", schema(PAGERDUTY),
          "alertmanager", schema(ALERTMANAGER));

  private record Received(String path, JsonNode body) {}

  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private volatile int status = 202;

  public AlertReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.createContext("/endless", AlertReceiver::answerWithoutEnd);
    server.start();
  }

  private static JsonSchema schema(String text) {
    var config = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text, config);
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path);
  }

  /** Answers what is valid with this status from now on. */
  public void answer(int newStatus) {
    status = newStatus;
  }

  /** What was received at this path, in the order of arrival. */
  public List<JsonNode> received(String path) {
    return received.stream().filter(one -> one.path.equals(path)).map(Received::body).toList();
  }

  public int count() {
    return received.size();
  }

  /** Why requests were refused. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  private static void answerWithoutEnd(HttpExchange exchange) throws IOException {
    var _ = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(500, 0);
    try (var out = exchange.getResponseBody()) {
      while (true) {
        out.write(new byte[64 * 1024]);
      }
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    byte[] body = exchange.getRequestBody().readAllBytes();
    List<String> found = faults(path, new String(body, UTF_8), exchange);
    if (found.isEmpty()) {
      received.add(new Received(path, JSON.readTree(body)));
    }
    faults.addAll(found);
    exchange.sendResponseHeaders(found.isEmpty() ? status : 400, -1);
    exchange.close();
  }

  private static List<String> faults(String path, String body, HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    var found = new ArrayList<String>();
    if (!exchange.getRequestMethod().equals("POST")
        || !String.valueOf(headers.getFirst("Content-Type")).startsWith("application/json")) {
      found.add(path + ": not POST of application/json");
    }
    boolean signed = path.endsWith("/signed") || headers.containsKey("Rollcall-Signature");
    if (signed && !signed(body, headers)) {
      found.add(path + ": wrong signature");
    }
    JsonSchema schema = SCHEMAS.get(path.split("/", 2)[0]);
    try {
      JsonNode parsed = JSON.readTree(body);
      if (schema != null) {
        schema.validate(parsed).forEach(fault -> found.add(path + ": " + fault + " in " + body));
      }
    } catch (JsonProcessingException e) {
      found.add(path + ": " + e.getMessage());
    }
    return found;
  }

  private static boolean signed(String body, Headers headers) {
    String text = headers.getFirst("Rollcall-Timestamp") + "." + body;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
      String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
      return expected.equals(headers.getFirst("Rollcall-Signature"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
