package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  private static final PipeState OPEN = new PipeState.Open();

  @TempDir Path dir;

  private final EventLoop loop = new EventLoop();
  private final List<EventLine> lines = new CopyOnWriteArrayList<>();
  private final List<PipeState> states = new CopyOnWriteArrayList<>();
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
  void readsWhatWasWrittenBeforeItCame() throws Exception {
    mkfifo(path);
    var writer = aside(() -> write("resync\n"));
    start();
    writer.get(5, TimeUnit.SECONDS);
    await().until(() -> lines.equals(List.of(RESYNC)));
    assertEquals(List.of(OPEN), states);
  }

  @Test
  void readsOnWhenWritersComeAndGo() throws Exception {
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
            "line of the pipe 'nonsense': expected it to begin with a member event, user or"
                + " resync"),
        lines.get(4));
    assertEquals(List.of(OPEN), states);
  }

  @Test
  void takesTenThousandLinesWrittenAtOnce() throws Exception {
    mkfifo(path);
    start();
    write(userLines(10_000));
    await().until(() -> lines.size() == 10_000);
    assertEquals(userEvents(10_000), lines);
  }

  @Test
  void waitsForALoopThatStalls() throws Exception {
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
  void waitsForThePipeToCome() throws Exception {
    start();
    await()
        .until(() ->
            states.equals(
                List.of(
                    new PipeState.Missing("pipe " + path + " does not exist: expected a FIFO"))));
    mkfifo(path);
    await().until(() -> states.getLast().equals(OPEN));
    write("resync\n");
    await().until(() -> lines.equals(List.of(RESYNC)));
  }

  @Test
  void waitsUntilSomebodyMendsAPlainFile() throws Exception {
    Files.writeString(path, "resync\n");
    start();
    await()
        .until(() ->
            states.equals(
                List.of(
                    new PipeState.NotAPipe("pipe " + path + " is a plain file: expected a FIFO"))));
    Files.delete(path);
    Files.createDirectory(path);
    await()
        .until(() ->
            states
                .getLast()
                .equals(
                    new PipeState.NotAPipe("pipe " + path + " is a directory: expected a FIFO")));
    Files.delete(path);
    mkfifo(path);
    await().until(() -> states.getLast().equals(OPEN));
    assertEquals(List.of(), lines);
  }

  @Test
  void saysWhatKeepsItFromLooking() {
    useThePath("x".repeat(300));
    start();
    String line = "pipe " + path + ": File name too long: expected a FIFO to read and write";
    await().until(() -> states.equals(List.of(new PipeState.Failed(line))));
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
      await().until(() -> states.getLast() instanceof PipeState.Missing);
      writer.write("resync\n".getBytes(UTF_8));
      await().until(() -> lines.equals(List.of(RESYNC)));
    }
  }

  @Test
  void handsNothingOverOnceClosed() throws Exception {
    mkfifo(path);
    start();
    await().until(() -> states.equals(List.of(OPEN)));
    loop.get(() -> {
      write("resync\n");
      // it waits for this very turn to end
      await().until(() -> reader().getState() == Thread.State.WAITING);
      return pipe.close();
    });
    // telling the loop is its last act: it may be there for a moment longer
    await().until(() -> readers() == 0);
    assertEquals(List.of(), lines);
    assertEquals(List.of(OPEN), states);
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
