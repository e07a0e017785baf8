package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import io.rollcall.http.Problem;
import io.rollcall.http.StatusSource;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of server-sent events. A change reaches each reader within {@link #GATHER}; what
 * comes meanwhile goes out together. A reader that is behind is given nothing more until it has
 * read, then the newest at once: what waits for it never grows. One that reads nothing for 30 s is
 * closed by the server's idle timeout. Used on one context.
 */
public final class Broadcaster {
  private static final Logger LOG = LoggerFactory.getLogger(Broadcaster.class);

  /** Time in which changes are gathered, well below the 200 ms that are promised. */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** Less than any proxy's or the server's own idle timeout. */
  private static final Duration PULSE = Duration.ofSeconds(10);

  /** Readers beyond it are refused: each costs a connection and its buffers. */
  private static final int MOST = 256;

  private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");
  private static final Buffer ALIVE = Buffer.buffer(": alive\n\n");

  private final Vertx vertx;
  private final StatusSource facts;
  private final Set<Reader> open = new HashSet<>();
  private boolean gathering;
  private long pulse = -1;

  private record Reader(HttpServerResponse response, EventSource news, Subscription feed) {}

  /** No stream is open yet; the facts are asked for only while one is. */
  public Broadcaster(Vertx vertx, StatusSource facts) {
    this.vertx = vertx;
    this.facts = facts;
  }

  /** Something may be new. Costs nothing while nobody reads. */
  public void changed() {
    if (!open.isEmpty() && !gathering) {
      gathering = true;
      vertx.setTimer(GATHER.toMillis(), _ -> flush());
    }
  }

  /**
   * Answers with a stream that lasts until the client closes it.
   *
   * @param news what the feed tells of
   */
  public void open(RoutingContext ctx, EventSource news, Subscription feed) {
    if (open.size() >= MOST) {
      ctx.response().putHeader("Retry-After", "10");
      Problem.send(ctx, 503, "there are " + MOST + " streams already");
      return;
    }
    HttpServerResponse response = ctx.response();
    response
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        // a compressed stream would wait for more, and so would a proxy's buffer
        .putHeader("Content-Encoding", "identity")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true);
    if (ctx.request().method().name().equals("HEAD")) {
      response.end().onFailure(e -> LOG.debug("Lost an answer", e));
      return;
    }
    var reader = new Reader(response, news, feed);
    response.drainHandler(_ -> pump(reader));
    response.exceptionHandler(_ -> close(reader));
    response.closeHandler(_ -> close(reader));
    open.add(reader);
    if (pulse < 0) {
      pulse = vertx.setPeriodic(PULSE.toMillis(), _ -> beat());
    }
    write(reader, RETRY);
    pump(reader);
  }

  public int size() {
    return open.size();
  }

  private void flush() {
    gathering = false;
    if (!open.isEmpty()) {
      Status status = facts.status();
      Instant now = Instant.now();
      open.stream().map(Reader::news).distinct().forEach(news -> news.refresh(status, now));
      Set.copyOf(open).forEach(this::pump);
    }
  }

  /** Keeps quiet streams open, and finds those whose reader is gone. */
  private void beat() {
    open.forEach(reader -> {
      if (!reader.response.writeQueueFull()) {
        write(reader, ALIVE);
      }
    });
  }

  private void pump(Reader reader) {
    if (!reader.response.closed() && !reader.response.writeQueueFull()) {
      Buffer next = reader.feed.next();
      if (next != null) {
        write(reader, next);
      }
    }
  }

  private void write(Reader reader, Buffer text) {
    reader.response.write(text).onFailure(e -> LOG.debug("Lost a reader of a stream", e));
  }

  private void close(Reader reader) {
    open.remove(reader);
    if (open.isEmpty()) {
      vertx.cancelTimer(pulse);
      pulse = -1;
    }
  }
}
