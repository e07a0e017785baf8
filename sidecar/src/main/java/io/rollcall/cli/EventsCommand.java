package io.rollcall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code rollcall events [--follow]}. */
@Command(name = "events", description = "Print the newest events of the journal, oldest first.")
final class EventsCommand extends CliCommand {
  private static final String DATA = "data: ";
  private static final long RETRY_MS = 1000;

  @Option(
      names = "--since",
      paramLabel = "ID",
      converter = EventId.class,
      description = "Print all events after the one with this id.")
  private @Nullable Long since;

  @Option(
      names = {"-f", "--follow"},
      description = "Continue with new events until interrupted.")
  private boolean follow;

  private long last;

  @Override
  public Integer call() {
    ApiClient api = api();
    if (since == null) {
      api.get("/api/v1/status").path("events").forEach(this::show);
    } else {
      last = since;
      JsonNode page;
      do {
        page = api.get("/api/v1/events?since=" + last);
        page.path("events").forEach(this::show);
      } while (page.path("more").asBoolean());
    }
    while (follow) {
      follow(api);
    }
    return 0;
  }

  /** Prints events until the connection ends; after that, new ones are read from the last id. */
  private void follow(ApiClient api) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                api.stream("/api/v1/stream", Map.of("Last-Event-ID", String.valueOf(last))),
                UTF_8))) {
      boolean event = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          event = line.equals("event: event");
        } else if (event && line.startsWith(DATA)) {
          show(ApiClient.JSON.readTree(line.substring(DATA.length())));
        }
      }
      err().println("rollcall: the sidecar closed the stream; reconnecting");
    } catch (IOException | CliFailure e) {
      if (e instanceof CliFailure refused && refused.status() == CliFailure.NOT_SO) {
        throw refused;
      }
      err().println("rollcall: " + e.getMessage() + "; reconnecting");
    }
    pause();
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(CliFailure.NOT_SO, "interrupted", e);
    }
  }

  private void show(JsonNode event) {
    last = Math.max(last, event.path("id").asLong());
    if (json) {
      out().println(event);
      out().flush();
    } else {
      print(
          "%d  %s  %-16s %-16s %s"
              .formatted(
                  event.path("id").asLong(),
                  event.path("at").asText(),
                  event.path("kind").asText(),
                  subject(event),
                  event.path("text").asText()));
    }
  }

  /** {@code pool/member}, as far as the event has them. */
  private static String subject(JsonNode event) {
    String pool = event.path("pool").isNull() ? "" : event.path("pool").asText();
    String member = event.path("member").isNull() ? "" : event.path("member").asText();
    return pool.isEmpty() || member.isEmpty() ? pool + member : pool + "/" + member;
  }

  /** The id of an event, or 0. */
  static final class EventId implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (!text.matches("\\d{1,18}")) {
        throw new TypeConversionException(
            "expected the id of an event, a whole number from 0, got " + text);
      }
      return Long.valueOf(text);
    }
  }
}
