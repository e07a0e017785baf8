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
 * A step as HAProxy's command, with the replies that mean success. HAProxy does not mark errors
 * reliably ("Invalid addr" has the prefix of a success), so every reply that is not known as
 * success counts as a refusal.
 *
 * @param success matches a complete reply that means success
 */
record StepCommand(Command command, Pattern success) {
  private static final String DENIED = "Permission denied";

  /** How much of a reply a message shows, in characters. */
  private static final int SHOWN = 200;

  private static final Pattern NO_OUTPUT = Pattern.compile("");

  private static final Pattern ADDED = Pattern.compile("New server registered\\.\\s*");
  private static final Pattern REMOVED = Pattern.compile("Done\\.\\s*Server deleted\\.\\s*");

  /** A backend that tracks no sessions has no entries to clear. */
  private static final Pattern CLEARED = Pattern.compile("|" + StickTable.UNTRACKED);

  /**
   * 2.6 reports address and port even if unchanged, and ends with the source of the change; 3.x
   * names what changed. A port after {@code +} is an offset of a mapped port.
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

  /**
   * The command for a step. Throws IllegalArgumentException for a value that must not reach a
   * command.
   *
   * @param info of the process that executes it: versions differ in the prompts they print
   */
  static StepCommand of(Step step, HaproxyInfo info) {
    String server = server(step.slot());
    return switch (step) {
      case Step.ToMaint _ -> noOutput("set server " + server + " state maint");
      case Step.ToDrain _ -> noOutput("set server " + server + " state drain");
      case Step.ToReady _ -> noOutput("set server " + server + " state ready");
      case Step.Join _ -> join(server, info);
      case Step.HealthUp _ -> noOutput("set server " + server + " health up");
      case Step.EnableCheck _ -> noOutput("enable health " + server);
      case Step.EnableAgent _ -> noOutput("enable agent " + server);
      case Step.DisableAgent _ -> noOutput("disable agent " + server);
      case Step.ClearSessions clear -> clear(clear.slot().backend(), clear.serverId());
      case Step.ShutdownSessions _ -> noOutput("shutdown sessions server " + server);
      case Step.SetWeight set ->
          noOutput("set server " + server + " weight " + Command.atLeastZero(set.weight()));
      case Step.SetMaxconn set ->
          noOutput("set maxconn server " + server + " " + Command.atLeastZero(set.maxconn()));
      case Step.SetAddress set -> address(server, set.endpoint());
      case Step.AddSlot add -> add(server, add, info);
      case Step.RemoveSlot _ -> remove(server, info);
    };
  }

  StepResult result(String reply) {
    if (success.matcher(reply).matches()) {
      return new StepResult.Done();
    }
    String text = reply.lines().filter(line -> !line.isBlank()).collect(Collectors.joining("; "));
    String advice = advice(text);
    return new StepResult.Refused(
        "HAProxy refused '" + command.line() + "': " + Sanitizer.line(text, SHOWN) + advice);
  }

  /** What to change in haproxy.cfg for a refusal that it causes. */
  private static String advice(String text) {
    if (text.equals(DENIED)) {
      return " (its \"stats socket\" needs \"level admin\")";
    }
    if (text.contains("static LB algorithm")) {
      return " (use \"balance roundrobin\", add \"hash-type consistent\", or set no weight)";
    }
    if (text.contains("current server address family")) {
      return " (add \"init-addr last,192.0.2.1\" to the slots, and remove \"resolvers\")";
    }
    if (text.contains("port map")) {
      return " (give the slots a port, \"slot.invalid:1\")";
    }
    return text.contains("tracking server") ? " (replace \"track\" of the slots by \"check\")" : "";
  }

  /**
   * The server passes through drain: when it leaves maintenance it is up until a check fails, even
   * between two commands of one line, and HAProxy's other threads would send it requests. In drain
   * it receives none.
   */
  private static StepCommand join(String server, HaproxyInfo info) {
    String line =
        "set server %1$s state drain;set server %1$s health down;set server %1$s state ready"
            .formatted(server);
    return new StepCommand(new Command(line, info.atLeast(3, 2) ? 1 : 3), NO_OUTPUT);
  }

  /** The checks of an added server are disabled until they are enabled. */
  private static StepCommand add(String server, Step.AddSlot add, HaproxyInfo info) {
    String line =
        "add server %1$s %2$s:1 id %3$d %4$s;enable health %1$s"
            .formatted(server, Slot.PLACEHOLDER, add.serverId(), Command.options(add.options()));
    return new StepCommand(new Command(line, info.atLeast(3, 2) ? 1 : 2), ADDED);
  }

  /** From 3.3 on a server with idle connections is not deleted: the command waits for them. */
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
      throw new IllegalArgumentException(
          "an address with a zone is not supported by HAProxy: " + ip);
    }
    String line = "set server %s addr %s port %d".formatted(server, ip, endpoint.port());
    return new StepCommand(Command.of(line), ADDRESS_SET);
  }

  private static StepCommand noOutput(String line) {
    return new StepCommand(Command.of(line), NO_OUTPUT);
  }

  private static String server(SlotId slot) {
    return Command.name(slot.backend()) + "/" + Command.name(slot.server());
  }
}
