package io.rollcall.mail;

import io.rollcall.alert.AlertText;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of the status as tables of a mail. */
final class StatusTables {
  private static final int MAX_ROWS = 30;
  private static final int MAX_EVENTS = 15;
  private static final int MAX_NAME = 60;
  private static final int MAX_TEXT = 300;

  private StatusTables() {}

  /** The members of a pool, those that do not serve first. */
  static MailContent.Table pool(Status.PoolStatus pool) {
    List<Status.MemberRow> members = pool.members();
    long up = members.stream().filter(row -> row.state().serves()).count();
    var rows = new ArrayList<List<String>>();
    members.stream()
        .sorted(Comparator.comparing(row -> row.state().serves()))
        .limit(MAX_ROWS)
        .forEach(row -> rows.add(member(row)));
    int more = members.size() - MAX_ROWS;
    if (more > 0) {
      rows.add(List.of("and " + more + " more", "", "", "", ""));
    }
    return new MailContent.Table(
        pool.known()
            ? "Pool %s: %d of %d members up".formatted(pool.backend(), up, members.size())
            : "Pool %s: status unknown".formatted(pool.backend()),
        List.of("Member", "Slot", "Address", "State", "Reason"),
        rows);
  }

  /** The newest events, the newest first. */
  static MailContent.Table events(List<Status.EventRecord> events) {
    return new MailContent.Table(
        "Last events",
        List.of("Time", "Event", "Member", "Pool/slot", "Text"),
        events.reversed().stream().limit(MAX_EVENTS).map(StatusTables::event).toList());
  }

  private static List<String> member(Status.MemberRow row) {
    return List.of(
        Sanitizer.line(row.name(), MAX_NAME),
        or(row.slot(), "-"),
        Format.address(row.address(), row.port()),
        Format.name(row.state()),
        Sanitizer.line(row.why(), MAX_TEXT));
  }

  private static List<String> event(Status.EventRecord event) {
    String place =
        event.slot() == null ? or(event.pool(), "-") : or(event.pool(), "-") + "/" + event.slot();
    return List.of(
        AlertText.time(event.at()),
        event.kind(),
        event.member() == null ? "-" : Sanitizer.line(event.member(), MAX_NAME),
        place,
        Sanitizer.line(event.text(), MAX_TEXT));
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
