package io.rollcall.logging;

import java.io.IOException;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with the sidecar's log: it logs as many lines as its argument says, as fast as it can,
 * reports on standard error that it has, and ends once its standard input does. For each byte that
 * it reads meanwhile it prints something.
 */
final class LoggingProcess {
  private LoggingProcess() {}

  public static void main(String[] args) throws IOException {
    PrintStream error = System.err;
    Logging logging = Logging.install();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(logging)));
    Logger log = LoggerFactory.getLogger(LoggingProcess.class);
    for (int i = 1; i <= Integer.parseInt(args[0]); i++) {
      log.info("{}", Logfmt.of("line").with("number", i));
    }
    error.println("logged, dropped " + logging.dropped());
    error.flush();
    while (System.in.read() >= 0) {
      System.out.println("printed");
      new Exception("printed").printStackTrace();
    }
    System.exit(0);
  }

  private static void stop(Logging logging) {
    LoggerFactory.getLogger(LoggingProcess.class).info("{}", Logfmt.of("stopping"));
    logging.close();
  }
}
