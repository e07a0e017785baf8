package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.MemberInput;
import io.rollcall.serf.EventLine.UserEvent;
import io.rollcall.testing.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventPipeIT {
  private static final EventLine RESYNC = new EventLine.ResyncRequest();
  private static final MemberInput OPEN = new MemberInput.PipeOpened();

  @TempDir Path dir;

  private final EventLoop loop = new EventLoop();
  private final List<EventLine> lines = new CopyOnWriteArrayList<>();
  private final List<MemberInput> states = new CopyOnWriteArrayList<>();
  private Path path;
  private EventPipe pipe;

  @BeforeEach
  void makeThePipe() {
    useThePath("serf.pipe");
  }

  private void useThePath(String name) {
    path = dir.resolve(name);
    pipe = loop.call(() -> new EventPipe(loop.vertx(), path, lines::addAll, states::add));
  }

  @AfterEach
  void close() {
    loop.get(pipe::close);
    loop.close();
    await().until(() -> readers() == 0);
  }

  @Test
  void readsWhatWasWrittenBeforeItStarted() throws Exception {
    mkfifo(path);
    var writer = aside(() -> write("resync\n"));
    start();
    writer.get(5, TimeUnit.SECONDS);
    await().until(() -> lines.equals(List.of(RESYNC)));
    assertEquals(List.of(OPEN), states);
  }

  @Test
  void readsOnWhenWritersCloseAndOpen() throws Exception {
    mkfifo(path);
    start();
    for (int i = 1; i <= 3; i++) {
      write("resync\n");
      int count = i;
      await().until(() -> lines.size() == count);
    }
    write("res");
    write("ync\nnonsense\n");
    await().until(() -> lines.size() == 5);
    assertEquals(RESYNC, lines.get(3));
    assertEquals(
        new EventLine.Malformed(
            "pipe line \"nonsense\": expected a member event, user or resync as the first field"),
        lines.get(4));
    assertEquals(List.of(OPEN), states);
  }

  @Test
  void readsTenThousandLinesWrittenAtOnce() throws Exception {
    mkfifo(path);
    start();
    write(userLines(10_000));
    await().until(() -> lines.size() == 10_000);
    assertEquals(userEvents(10_000), lines);
  }

  @Test
  void waitsForAnEventLoopThatIsBlocked() throws Exception {
    mkfifo(path);
    start();
    var stalled = new CountDownLatch(1);
    var stall = aside(() -> assertTrue(loop.call(() -> stalled.await(10, TimeUnit.SECONDS))));
    var writer = aside(() -> write(userLines(10_000)));
    // what is not read fills the kernel's 64 KiB, and then the writer waits
    await().during(Duration.ofMillis(300)).until(() -> !writer.isDone() && lines.isEmpty());
    stalled.countDown();
    stall.get(5, TimeUnit.SECONDS);
    writer.get(5, TimeUnit.SECONDS);
    await().until(() -> lines.size() == 10_000);
    assertEquals(userEvents(10_000), lines);
  }

  @Test
  void opensAPipeThatAppearsLate() throws Exception {
    start();
    await()
        .until(() ->
            states.equals(
                List.of(
                    failed(
                        "no such file (expected a FIFO, which the service of the Serf agent"
                            + " creates)"))));
    mkfifo(path);
    await().until(() -> states.getLast().equals(OPEN));
    write("resync\n");
    await().until(() -> lines.equals(List.of(RESYNC)));
  }

  @Test
  void opensAPipeThatReplacesAnotherFile() throws Exception {
    Files.writeString(path, "resync\n");
    start();
    await()
        .until(() ->
            states.equals(
                List.of(
                    failed(
                        "is a regular file (expected a FIFO: remove it and restart the Serf"
                            + " agent)"))));
    Files.delete(path);
    Files.createDirectory(path);
    await()
        .until(() ->
            states
                .getLast()
                .equals(
                    failed(
                        "is a directory (expected a FIFO: remove it and restart the Serf"
                            + " agent)")));
    Files.delete(path);
    mkfifo(path);
    await().until(() -> states.getLast().equals(OPEN));
    assertEquals(List.of(), lines);
  }

  @Test
  void reportsWhyThePathCannotBeInspected() {
    useThePath("x".repeat(300));
    start();
    var failed = failed("File name too long (expected a FIFO that this user may read and write)");
    await().until(() -> states.equals(List.of(failed)));
  }

  @Test
  void opensThePipeThatReplacesTheFirst() throws Exception {
    mkfifo(path);
    start();
    await().until(() -> states.equals(List.of(OPEN)));
    Files.delete(path);
    mkfifo(path);
    await().until(() -> states.equals(List.of(OPEN, OPEN)));
    write("resync\n");
    await().until(() -> lines.equals(List.of(RESYNC)));
    await().until(() -> readers() == 1);
  }

  @Test
  void readsARemovedPipeWhileItsWritersStay() throws Exception {
    mkfifo(path);
    start();
    try (var writer = Files.newOutputStream(path)) {
      await().until(() -> states.equals(List.of(OPEN)));
      Files.delete(path);
      await().until(() -> states.getLast() instanceof MemberInput.PipeFailed);
      writer.write("resync\n".getBytes(UTF_8));
      await().until(() -> lines.equals(List.of(RESYNC)));
    }
  }

  @Test
  void reportsNothingOnceClosed() throws Exception {
    mkfifo(path);
    start();
    await().until(() -> states.equals(List.of(OPEN)));
    loop.get(() -> {
      write("resync\n");
      // it waits until this task ends
      await().until(() -> reader().getState() == Thread.State.WAITING);
      return pipe.close();
    });
    // its last act is a task for the event loop: the thread may exist for a moment longer
    await().until(() -> readers() == 0);
    assertEquals(List.of(), lines);
    assertEquals(List.of(OPEN), states);
  }

  private MemberInput failed(String reason) {
    return new MemberInput.PipeFailed("pipe " + path + ": " + reason);
  }

  private void start() {
    assertTrue(
        loop.call(() -> {
          pipe.start();
          return true;
        }));
  }

  /** As a handler does: opens, writes, closes. */
  private void write(String text) {
    try (var writer = Files.newOutputStream(path)) {
      writer.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String userLines(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("user\te\t").append(i).append("\tsome payload\n");
    }
    return text.toString();
  }

  private static List<EventLine> userEvents(int count) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> new UserEvent("e", i, "some payload")).toList());
  }

  private static void mkfifo(Path path) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
  }

  private static long readers() {
    return readerThreads().count();
  }

  private static Thread reader() {
    return readerThreads().findFirst().orElseThrow();
  }

  private static Stream<Thread> readerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("rollcall-pipe"));
  }

  /** On a thread of its own: the common pool may have a single one. */
  private static CompletableFuture<Void> aside(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().daemon().start(task));
  }
}
