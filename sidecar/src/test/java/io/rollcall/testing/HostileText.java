package io.rollcall.testing;

import java.util.List;
import java.util.Random;

/** Texts that would be a second command, or end one, if they were not treated as data. */
public final class HostileText {
  private static final List<String> PARTS =
      List.of(
          ";shutdown sessions server nodes/slot1",
          "\nset server nodes/slot1 state maint\n",
          "\r\ndisable frontend localnodes\r\n",
          ";set server nodes/slot1 addr 203.0.113.9 port 80",
          " state ready",
          "/slot1 weight 0;",
          "\\;\\\n",
          "<<\nset ssl cert x\n\n",
          "@1 ",
          "%0ashow info",
          "\u0000",
          "\u2028",
          "\"'`$(reboot)${HOME}",
          "\u202e;tes",
          "../..",
          "#1",
          "s1",
          ",",
          "=");

  private final Random random;

  public HostileText(Random random) {
    this.random = random;
  }

  /** One to four parts, and some other characters between them; never the same for long. */
  public String next() {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(PARTS.get(random.nextInt(PARTS.size())));
      text.append((char) (1 + random.nextInt(random.nextInt(20) == 0 ? 0xd000 : 0x7e)));
    }
    return text.append(Integer.toString(random.nextInt(1 << 20), 36)).toString();
  }
}
