package io.rollcall.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The command {@code rollcall}. It starts in a fraction of a second: nothing of Vert.x is loaded.
 */
@Command(
    name = "rollcall",
    description = "Controls Rollcall, which keeps HAProxy's servers in sync with a Serf cluster.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Rollcall.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeOnInvalidInput = CliFailure.USAGE,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, or it is so",
      "1:not so: a finding fails, a wait timed out, an order was refused",
      "2:wrong usage or settings",
      "3:the sidecar cannot be reached"
    })
public final class Rollcall {
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          CheckCommand.class,
          DoctorCommand.class,
          PlanCommand.class,
          InitCommand.class,
          StatusCommand.class,
          MembersCommand.class,
          EventsCommand.class,
          DrainCommand.class,
          ReadyCommand.class,
          MaintCommand.class,
          WeightCommand.class,
          ReleaseCommand.class,
          WaitCommand.class,
          AlertCommand.class);

  private final Map<String, String> environment;

  private Rollcall(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Ends the process with the status of the command. */
  public static void main(String[] args) {
    // msgpack would read its buffers by sun.misc.Unsafe, and the JDK would warn about that
    System.setProperty("msgpack.universal-buffer", "true");
    int status = commandLine(System.getenv(), args).execute(args);
    System.out.flush();
    if (status != RunCommand.RUNNING) {
      System.exit(status);
    }
  }

  /**
   * The command line, to be executed.
   *
   * @param environment settings of the service, {@code SIDECAR_*}
   */
  public static CommandLine commandLine(Map<String, String> environment) {
    return commandLine(environment, COMMANDS);
  }

  /**
   * With only the command that these arguments begin with, if it is one: reading the annotations of
   * all takes longer than most commands. A class is named after its command.
   */
  static CommandLine commandLine(Map<String, String> environment, String... args) {
    List<Class<?>> named =
        args.length == 0
            ? List.of()
            : COMMANDS.stream()
                .filter(type -> type.getSimpleName().equalsIgnoreCase(args[0] + "Command"))
                .toList();
    return commandLine(environment, named.isEmpty() ? COMMANDS : named);
  }

  private static CommandLine commandLine(Map<String, String> environment, List<Class<?>> commands) {
    var line = new CommandLine(new Rollcall(environment));
    commands.forEach(line::addSubcommand);
    return line.registerConverter(Duration.class, new TimeConverter())
        .registerConverter(Instant.class, TimeConverter::instant)
        .setExecutionStrategy(Rollcall::execute)
        .setExecutionExceptionHandler(Rollcall::failed);
  }

  Map<String, String> environment() {
    return environment;
  }

  private static int execute(ParseResult parsed) {
    if (!parsed.hasSubcommand()
        && !parsed.isUsageHelpRequested()
        && !parsed.isVersionHelpRequested()) {
      CommandLine line = parsed.commandSpec().commandLine();
      line.usage(line.getErr());
      return CliFailure.USAGE;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int failed(Exception e, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (e instanceof CliFailure failure) {
      err.println("rollcall: " + failure.line());
      return failure.status();
    }
    err.println("rollcall: unexpected failure: " + e);
    e.printStackTrace(err);
    return CliFailure.NOT_SO;
  }

  /** The version of the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Rollcall.class.getPackage().getImplementationVersion();
      return new String[] {"rollcall " + (version == null ? "development" : version)};
    }
  }
}
