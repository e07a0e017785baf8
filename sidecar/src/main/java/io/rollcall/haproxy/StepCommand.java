package io.rollcall.haproxy;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A step as HAProxy's command, with the replies that mean success. HAProxy prefixes "Invalid addr"
 * like a success and has no other mark of an error, so whatever is not known as success is refused.
 *
 * @param done matches a successful reply as a whole
 */
record StepCommand(Command command, Pattern done) {
  private static final String DENIED = "Permission denied";

  /** How much of a reply a message shows, in characters. */
  private static final int SHOWN = 200;

  private static final Pattern SILENCE = Pattern.compile("");

  private static final Pattern ADDED = Pattern.compile("New server registered\\.\\s*");
  private static final Pattern REMOVED = Pattern.compile("Done\\.\\s*Server deleted\\.\\s*");

  /** A pool that tracks no sessions has none to forget. */
  private static final Pattern CLEARED = Pattern.compile("|" + StickTable.UNTRACKED);

  /**
   * 2.6 says of both parts what became of them and ends with who asked; 3.x names what changed. A
   * port after {@code +} is an offset of a mapped port.
   */
  private static final Pattern ADDRESS_SET =
      Pattern.compile(
          """
          (?:IP changed from '[^']*' to '[0-9a-fA-F.:]+'\
          (?:, PORT|, no need to change the port)?\
          |no need to change the addr(?:, PORT|, no need to change the port)?\
          |PORT\
          |nothing changed)\
          (?: by 'stats socket command')?\
          """
              .replace("PORT", "port changed from '[+-]?\\d{1,5}' to '[+-]?\\d{1,5}'"));

  /** Throws IllegalArgumentException for a value that must not reach a command. */
  static StepCommand of(Step step, HaproxyInfo info) {
    String server = server(step.slot());
    return switch (step) {
      case Step.ToMaint _ -> silent("set server " + server + " state maint");
      case Step.ToDrain _ -> silent("set server " + server + " state drain");
      case Step.ToReady _ -> silent("set server " + server + " state ready");
      case Step.Join _ -> join(server, info);
      case Step.HealthUp _ -> silent("set server " + server + " health up");
      case Step.EnableCheck _ -> silent("enable health " + server);
      case Step.ClearSessions clear -> clear(clear.slot().backend(), clear.serverId());
      case Step.ShutdownSessions _ -> silent("shutdown sessions server " + server);
      case Step.SetWeight set ->
          silent("set server " + server + " weight " + Command.atLeastZero(set.weight()));
      case Step.SetMaxconn set ->
          silent("set maxconn server " + server + " " + Command.atLeastZero(set.maxconn()));
      case Step.SetAddress set -> address(server, set.endpoint());
      case Step.AddSlot add -> add(server, add, info);
      case Step.RemoveSlot _ -> remove(server, info);
    };
  }

  StepResult result(String reply) {
    if (done.matcher(reply).matches()) {
      return new StepResult.Done();
    }
    String text = reply.lines().filter(line -> !line.isBlank()).collect(Collectors.joining("; "));
    String advice = text.equals(DENIED) ? " (its \"stats socket\" needs \"level admin\")" : "";
    return new StepResult.Refused(
        "HAProxy refused '" + command.line() + "': " + Sanitizer.line(text, SHOWN) + advice);
  }

  /**
   * By way of drain: a server that leaves maintenance is up until a check fails, also for the
   * moment between two commands of one line, in which HAProxy's other threads give it requests.
   * Draining it gets none.
   */
  private static StepCommand join(String server, HaproxyInfo info) {
    String line =
        "set server %1$s state drain;set server %1$s health down;set server %1$s state ready"
            .formatted(server);
    return new StepCommand(new Command(line, info.atLeast(3, 2) ? 1 : 3), SILENCE);
  }

  /** An added server has no checks until they are enabled. */
  private static StepCommand add(String server, Step.AddSlot add, HaproxyInfo info) {
    String line =
        "add server %1$s %2$s:1 id %3$d %4$s;enable health %1$s"
            .formatted(server, Slot.PLACEHOLDER, add.serverId(), Command.options(add.options()));
    return new StepCommand(new Command(line, info.atLeast(3, 2) ? 1 : 2), ADDED);
  }

  /** From 3.3 on a server with idle connections is not deleted: it waits for them a moment. */
  private static StepCommand remove(String server, HaproxyInfo info) {
    String line = "wait 200ms srv-removable %1$s;del server %1$s".formatted(server);
    return new StepCommand(new Command(line, info.atLeast(3, 2) ? 1 : 2), REMOVED);
  }

  private static StepCommand clear(String backend, int serverId) {
    String line = "clear table " + backend + " data.server_id eq " + Command.atLeastZero(serverId);
    return new StepCommand(Command.of(line), CLEARED);
  }

  private static StepCommand address(String server, Endpoint endpoint) {
    String ip = endpoint.ip().getHostAddress();
    if (ip.contains("%")) {
      throw new IllegalArgumentException("HAProxy knows no zone of an address: " + ip);
    }
    String line = "set server %s addr %s port %d".formatted(server, ip, endpoint.port());
    return new StepCommand(Command.of(line), ADDRESS_SET);
  }

  private static StepCommand silent(String line) {
    return new StepCommand(Command.of(line), SILENCE);
  }

  private static String server(SlotId slot) {
    return Command.name(slot.backend()) + "/" + Command.name(slot.server());
  }
}
