package io.rollcall.channel;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.channel.ChannelSpool.SpooledRequest;
import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import io.rollcall.core.WrittenAt;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The format of {@code channels.json}. Pure. */
public final class ChannelSpoolFormat implements StoredFormat<ChannelSpool> {
  private static final int VERSION = 1;

  private record ChannelDocument(
      int version,
      @Nullable WrittenAt written,
      @Nullable List<StoredRequest> pending,
      long dropped) {}

  private record StoredRequest(
      @Nullable String id,
      @Nullable String channel,
      @Nullable Instant at,
      @Nullable String title,
      @Nullable String body) {}

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public ChannelSpool empty() {
    return ChannelSpool.EMPTY;
  }

  @Override
  public Record write(ChannelSpool spool, ClockReading now) {
    UnaryOperator<Instant> time = now.toFile();
    return new ChannelDocument(
        VERSION,
        now.writtenAt(),
        spool.pending().stream()
            .map(one ->
                new StoredRequest(
                    one.id(), one.channel(), time.apply(one.at()), one.title(), one.body()))
            .toList(),
        spool.dropped());
  }

  @Override
  public ChannelSpool read(StoredFields fields, ClockReading now) {
    var document = fields.as(ChannelDocument.class);
    UnaryOperator<Instant> time = now.fromFile(document.written());
    return new ChannelSpool(
        required(document.pending(), "pending").stream().map(one -> read(one, time)).toList(),
        document.dropped());
  }

  private static SpooledRequest read(StoredRequest one, UnaryOperator<Instant> time) {
    return new SpooledRequest(
        required(one.id(), "id"),
        required(one.channel(), "channel"),
        time.apply(required(one.at(), "at")),
        required(one.title(), "title"),
        required(one.body(), "body"));
  }

  @Override
  public ChannelSpool readStable(StoredFields fields, ClockReading now) {
    return read(fields, now);
  }

  @Override
  public String stableFields() {
    return "undelivered notifications";
  }
}
