package io.rollcall.channel;

import io.rollcall.core.Sanitizer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends single requests, each on a connection of its own. Used on one context. */
final class ChannelSender {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_LINE = 200;
  private static final int MAX_ANSWER = 4096;
  private static final int TOO_MANY = 429;
  private static final int TIMED_OUT = 408;

  private final HttpClient client;

  /** Ends with the verticle. */
  ChannelSender(Vertx vertx) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setVerifyHost(true));
  }

  /** The request was not accepted; its message is one line without the secret. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    /** It would be refused again. */
    final boolean forEver;

    RefusedException(String line, boolean forEver) {
      super(line);
      this.forEver = forEver;
    }
  }

  /** Succeeds once the receiver has answered with 2xx; fails with {@link RefusedException}. */
  Future<Void> send(AlertChannel channel, String id, String body, Instant now) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(channel.url().toString())
            .setFollowRedirects(false)
            .setTimeout(TIMEOUT.toMillis())
            .putHeader("Content-Type", "application/json")
            .putHeader("User-Agent", "Rollcall");
    if (channel.type() == AlertChannel.ChannelType.WEBHOOK) {
      options.putHeader("Rollcall-Id", id);
      if (channel.secret() != null) {
        String timestamp = String.valueOf(now.getEpochSecond());
        options
            .putHeader("Rollcall-Timestamp", timestamp)
            .putHeader(
                "Rollcall-Signature",
                "sha256=" + signature(channel.secret(), timestamp + "." + body));
      }
    }
    return client
        .request(options)
        .compose(request -> request.send(Buffer.buffer(body)))
        .recover(e -> Future.failedFuture(new RefusedException(unreachable(channel, e), false)))
        .compose(response ->
            head(response)
                .compose(text -> {
                  int status = response.statusCode();
                  if (status >= 200 && status < 300) {
                    return Future.succeededFuture();
                  }
                  boolean forEver =
                      status >= 400 && status < 500 && status != TOO_MANY && status != TIMED_OUT;
                  return Future.failedFuture(
                      new RefusedException(
                          channel + ": HTTP " + status + " " + firstLine(text), forEver));
                }));
  }

  /** The first bytes of an answer; the connection is closed, however much would follow. */
  private static Future<Buffer> head(HttpClientResponse response) {
    var text = Buffer.buffer();
    Promise<Void> enough = Promise.promise();
    response
        .handler(chunk -> {
          text.appendBuffer(chunk, 0, Math.min(chunk.length(), MAX_ANSWER - text.length()));
          if (text.length() == MAX_ANSWER) {
            enough.tryComplete();
          }
        })
        .exceptionHandler(_ -> enough.tryComplete())
        .endHandler(_ -> enough.tryComplete());
    return enough
        .future()
        .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .transform(_ -> response.request().connection().close())
        .transform(_ -> Future.succeededFuture(text));
  }

  private static String unreachable(AlertChannel channel, Throwable e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return channel + ": " + Sanitizer.line(why.replace(channel.url().toString(), "…"), MAX_LINE);
  }

  private static String firstLine(Buffer body) {
    return Sanitizer.line(body.toString().lines().findFirst().orElse(""), MAX_LINE);
  }

  /** HMAC-SHA256 in hex. */
  static String signature(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is missing from this JDK", e);
    }
  }
}
