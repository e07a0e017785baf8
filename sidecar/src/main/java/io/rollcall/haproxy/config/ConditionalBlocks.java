package io.rollcall.haproxy.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows {@code .if} to {@code .endif} through a file: which lines HAProxy reads. */
final class ConditionalBlocks {
  private static final Set<String> KEYWORDS =
      Set.of(".if", ".elif", ".else", ".endif", ".diag", ".notice", ".warning", ".alert");

  /** Whether the lines of a block are read. */
  enum Reading {
    TAKEN,
    SKIPPED,
    /** HAProxy knows, by its version, its features or its environment. */
    UNDECIDED
  }

  /**
   * A block.
   *
   * @param now of its lines from here on
   * @param earlier whether a branch before this one is read; null where that cannot be decided
   */
  private record Block(Reading now, @Nullable Boolean earlier) {}

  private final Deque<Block> open = new ArrayDeque<>();
  private final Condition condition;

  ConditionalBlocks(Condition condition) {
    this.condition = condition;
  }

  /** Whether the line is one of these keywords, and not a line of a section. */
  boolean accepts(List<String> words) {
    String keyword = words.getFirst();
    switch (keyword) {
      case ".if" -> open.push(branch(false, words));
      case ".elif", ".else" -> {
        if (!open.isEmpty()) {
          open.push(branch(open.pop().earlier(), words));
        }
      }
      case ".endif" -> open.poll();
      default -> {}
    }
    return KEYWORDS.contains(keyword);
  }

  /** Whether lines are read here. */
  Reading reading() {
    boolean skipped = open.stream().anyMatch(block -> block.now() == Reading.SKIPPED);
    boolean taken = open.stream().allMatch(block -> block.now() == Reading.TAKEN);
    if (skipped) {
      return Reading.SKIPPED;
    }
    return taken ? Reading.TAKEN : Reading.UNDECIDED;
  }

  private Block branch(@Nullable Boolean earlier, List<String> words) {
    Boolean holds =
        words.getFirst().equals(".else")
            ? Boolean.TRUE
            : condition.holds(String.join(" ", words.subList(1, words.size())));
    if (Boolean.TRUE.equals(earlier) || Boolean.FALSE.equals(holds)) {
      return new Block(Reading.SKIPPED, earlier);
    }
    boolean decided = holds != null && earlier != null;
    return new Block(
        decided ? Reading.TAKEN : Reading.UNDECIDED, decided ? Boolean.TRUE : (Boolean) null);
  }
}
