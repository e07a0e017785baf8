package io.rollcall.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.SavedState;
import io.rollcall.store.JsonDocument.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that an earlier run left: whatever they are, the start goes on. */
public final class StoreFuzz {
  private static final JsonDocument<SavedState> MEMORY = new JsonDocument<>(new StateFormat());

  private StoreFuzz() {}

  public static void memory(byte[] bytes) {
    Content<SavedState> content = MEMORY.read(new String(bytes, UTF_8), Clocks.START);
    if (content instanceof Content.Whole<SavedState> whole) {
      String written = MEMORY.write(whole.value(), Clocks.START);
      assertEquals(whole, MEMORY.read(written, Clocks.START));
    }
  }

  public static void history(byte[] bytes) {
    var _ =
        new JsonDocument<>(new HistoryFormat())
            .read(new String(bytes, UTF_8), Clocks.START)
            .value();
  }

  public static void journal(byte[] bytes) throws IOException {
    Path folder = Files.createTempDirectory("journal");
    var _ = Files.write(folder.resolve("000000000000000001.jsonl"), bytes);
    try (var files = new JournalFiles(folder, 1_000, 3)) {
      long last = files.open(10).lastId();
      files.append(JournalEvents.events(last + 1, last + 2));
      assertEquals(last + 2, files.since(last, 1_000).getLast().id());
      var _ = files.before(last, 10, _ -> true);
    } finally {
      try (var all = Files.list(folder)) {
        for (Path one : all.toList()) {
          Files.delete(one);
        }
      }
      Files.delete(folder);
    }
  }
}
