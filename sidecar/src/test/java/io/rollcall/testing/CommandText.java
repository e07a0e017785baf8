package io.rollcall.testing;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All that the sidecar may ever send to the admin socket, for a pool {@code nodes}. */
public final class CommandText {
  private static final Pattern KNOWN =
      Pattern.compile(
          """
          prompt\
          |show (info|table|servers state( nodes)?|stat (-1|#\\d+) \\d+ -?\\d+)\
          |show cli level\
          |show peers\
          |show table nodes (data\\.server_id (eq|gt) \\d+|key [0-9A-F]{40})\
          |set server nodes/slot\\d+ (state (maint|drain|ready)|health (up|down)|weight \\d{1,3})\
          |set server nodes/slot\\d+ addr [0-9a-f.:]+ port \\d{1,5}\
          |set maxconn server nodes/slot\\d+ \\d+\
          |(enable|disable) (health|agent) nodes/slot\\d+\
          |clear table nodes data\\.server_id eq \\d+\
          |shutdown sessions server nodes/slot\\d+\
          """);

  private CommandText() {}

  /** Whether each of the commands that {@code ;} separates is one of those. */
  public static boolean isKnown(String line) {
    return Stream.of(line.split(";", -1)).allMatch(command -> KNOWN.matcher(command).matches());
  }
}
