package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Announcement.AnnouncementType;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.plan.ModelPool;
import io.rollcall.testing.CommandText;
import io.rollcall.testing.Figures;
import io.rollcall.testing.HostileText;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a member says of itself, from the planner to the text of a command. */
class InjectionIT {
  private static final int MEMBERS = Integer.getInteger("rollcall.hostile", 100_000);
  private static final int AT_ONCE = 10;

  private static final List<String> COUNTED = List.of("state", "weight", "port", "maxconn");

  private static final HaproxyInfo INFO = new HaproxyInfo("3.0.11", 1, 1, false, 0, 0);

  @Test
  void noNameTagOrPayloadBecomesPartOfACommand() {
    var random = new Random(1);
    long commands = 0;
    for (int i = 0; i < MEMBERS / AT_ONCE; i++) {
      var pool = new ModelPool(AT_ONCE);
      for (int host = 1; host <= AT_ONCE; host++) {
        join(pool, host, new HostileText(random));
      }
      pool.settle();
      if (i % 10 == 0) {
        pool.known().members().keySet().forEach(name -> pool.gossip(name, MemberStatus.LEFT));
        pool.settle();
      }
      for (var step : pool.applied) {
        String line = StepCommand.of(step, INFO).command().line();
        assertTrue(CommandText.isKnown(line), line);
        commands++;
      }
    }
    assertTrue(commands > MEMBERS, commands + " commands");
    Figures.tell(
        "injection",
        List.of("%d hostile members: %d commands, 0 injected".formatted(MEMBERS, commands)));
  }

  /** One of five has a hostile text where a number or a known word has to be, too. */
  private static void join(ModelPool pool, int host, HostileText text) {
    String name = text.next();
    String counted = host % 5 > 0 ? "x" : COUNTED.get(text.next().length() % COUNTED.size());
    pool.join(
        name, host, "boot", text.next(), "x" + text.next(), text.next(), counted, text.next());
    pool.says(AnnouncementType.READY, name, text.next());
  }

  /** Where a text could reach a command at all: each refuses it, or it is harmless. */
  @Test
  void noTextPassesWhereCommandsAreMade() {
    var text = new HostileText(new Random(2));
    for (int i = 0; i < MEMBERS; i++) {
      String hostile = text.next();
      assertThrows(IllegalArgumentException.class, () -> Command.session("nodes", hostile));
      harmless(() -> Command.servers(hostile));
      harmless(() -> Command.sessions(hostile, 1));
    }
  }

  private interface Maker {
    Command make();
  }

  private static void harmless(Maker maker) {
    try {
      String line = maker.make().line();
      assertTrue(line.matches("[A-Za-z0-9_.: -]+"), line);
    } catch (IllegalArgumentException _) {
      // refused
    }
  }
}
