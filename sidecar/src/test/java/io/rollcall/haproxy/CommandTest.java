package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class CommandTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final Endpoint ENDPOINT = Endpoint.of("10.0.0.7", 3000);

  @Example
  void writesEachStepAsACommand() {
    assertEquals("set server nodes/slot1 state maint", line(new Step.ToMaint(SLOT)));
    assertEquals("set server nodes/slot1 state drain", line(new Step.ToDrain(SLOT)));
    assertEquals("set server nodes/slot1 state ready", line(new Step.ToReady(SLOT)));
    assertEquals("set server nodes/slot1 health up", line(new Step.HealthUp(SLOT)));
    assertEquals(
        "set server nodes/slot1 state drain;set server nodes/slot1 health down;"
            + "set server nodes/slot1 state ready",
        line(new Step.Join(SLOT)));
    assertEquals(
        "add server nodes/slot1 192.0.2.1:1 id 1000065 check inter 200ms;enable health nodes/slot1",
        line(new Step.AddSlot(SLOT, 1_000_065, "check inter 200ms")));
    assertEquals(
        "wait 200ms srv-removable nodes/slot1;del server nodes/slot1",
        line(new Step.RemoveSlot(SLOT)));
    assertThrows(
        IllegalArgumentException.class,
        () -> line(new Step.AddSlot(SLOT, 65, "check;shutdown sessions server nodes/slot1")));
    assertEquals("shutdown sessions server nodes/slot1", line(new Step.ShutdownSessions(SLOT)));
    assertEquals("clear table nodes data.server_id eq 4", line(new Step.ClearSessions(SLOT, 4)));
    assertEquals("set server nodes/slot1 weight 50", line(new Step.SetWeight(SLOT, 50)));
    assertEquals("set maxconn server nodes/slot1 0", line(new Step.SetMaxconn(SLOT, 0)));
    assertEquals(
        "set server nodes/slot1 addr 10.0.0.7 port 3000",
        line(new Step.SetAddress(SLOT, ENDPOINT)));
    assertEquals(
        "set server nodes/slot1 addr fd00:0:0:0:0:0:0:7 port 1",
        line(new Step.SetAddress(SLOT, Endpoint.of("fd00::7", 1))));
  }

  @Example
  void expectsAPromptForEachCommandBefore32() {
    assertEquals(3, prompts("2.6.12-1+deb12u4"));
    assertEquals(3, prompts("3.0.11"));
    assertEquals(1, prompts("3.2.0"));
    assertEquals(1, prompts("4.0-dev1"));
  }

  @Example
  void namesABackendByItsIdWhereAFrontendMayHaveItsName() {
    String proxies = "# pxname,svname,iid\nnodes,FRONTEND,2\nnodes,BACKEND,3\n";
    assertEquals(Map.of("nodes", 3), SnapshotParser.ids(proxies));
    assertEquals("show stat #3 4 -1", Command.serverStats(3).line());
    assertEquals("show stat #3 4 7", Command.serverStats(3, 7).line());
  }

  @Property
  void rejectsEveryTextThatIsNotAName(@ForAll String text) {
    if (text.matches("[A-Za-z0-9_.:-]+")) {
      assertEquals(text, Command.name(text));
    } else {
      assertThrows(IllegalArgumentException.class, () -> Command.name(text));
    }
  }

  @Example
  void rejectsASecondCommand() {
    for (String text :
        List.of("", "a;b", "a b", "a\nb", "slot1\n", "a/b", "a\\b", "#1", "é", "a\0")) {
      var asServer = new Step.ToReady(new SlotId("nodes", text));
      var asBackend = new Step.ClearSessions(new SlotId(text, "slot1"), 1);
      assertThrows(IllegalArgumentException.class, () -> line(asServer), text);
      assertThrows(IllegalArgumentException.class, () -> line(asBackend), text);
      assertThrows(IllegalArgumentException.class, () -> Command.servers(text), text);
      assertThrows(IllegalArgumentException.class, () -> Command.sessions(text, 1), text);
    }
    assertThrows(IllegalArgumentException.class, () -> Command.of("show info\nquit"));
  }

  @Example
  void rejectsNumbersBelowZeroAndAddressesWithAZone() throws UnknownHostException {
    var zoned =
        Inet6Address.getByAddress(
            null, new byte[] {-2, -128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 3);
    for (Step step :
        List.<Step>of(
            new Step.SetWeight(SLOT, -1),
            new Step.SetMaxconn(SLOT, -1),
            new Step.ClearSessions(SLOT, -1),
            new Step.SetAddress(SLOT, new Endpoint(zoned, 1)))) {
      assertThrows(IllegalArgumentException.class, () -> line(step), step.toString());
    }
  }

  @Example
  void acceptsEachFormOfSuccess() {
    var set = new Step.SetAddress(SLOT, ENDPOINT);
    for (String text :
        List.of(
            "IP changed from '192.0.2.1' to '10.0.0.7', port changed from '1' to '3000'",
            "IP changed from '10.0.0.8' to '10.0.0.7', no need to change the port",
            "IP changed from 'fd00::1' to 'fd00::7'",
            "no need to change the addr, port changed from '9' to '3000'",
            "no need to change the addr, no need to change the port",
            "port changed from '+0' to '3000'",
            "nothing changed")) {
      assertEquals(new StepResult.Done(), reply(set, text), text);
      assertEquals(new StepResult.Done(), reply(set, text + " by 'stats socket command'"), text);
    }
    var clear = new Step.ClearSessions(SLOT, 1);
    for (String text :
        List.of("", "No such table", "Filter entry #1: Data type not stored in this table")) {
      assertEquals(new StepResult.Done(), reply(clear, text), text);
    }
  }

  @Example
  void treatsEveryOtherReplyAsARefusal() {
    var set = new Step.SetAddress(SLOT, ENDPOINT);
    for (String text :
        List.of(
            "",
            "Invalid addr 'foo' by 'stats socket command'",
            "Invalid addr 'foo'",
            "nothing changed\nInvalid addr 'foo'",
            "IP changed from '10.0.0.8' to '10.0.0.7', Invalid port",
            "No such server.",
            "Proxy is disabled.",
            "Unknown command: 'set', but maybe one of the following ones is a better match:")) {
      assertEquals(
          refused("set server nodes/slot1 addr 10.0.0.7 port 3000", text), reply(set, text));
    }
    assertEquals(
        refused("set server nodes/slot1 state ready", "No such table"),
        reply(new Step.ToReady(SLOT), "No such table"));
  }

  private static String line(Step step) {
    return StepCommand.of(step, info("2.6.12")).command().line();
  }

  private static int prompts(String version) {
    return StepCommand.of(new Step.Join(SLOT), info(version)).command().prompts();
  }

  private static StepResult reply(Step step, String text) {
    return StepCommand.of(step, info("2.6.12")).result(text);
  }

  private static StepResult refused(String command, String text) {
    return new StepResult.Refused(
        "HAProxy refused '" + command + "': " + String.join("; ", text.split("\\n")));
  }

  private static HaproxyInfo info(String version) {
    return new HaproxyInfo(version, 1, 1, false, 0, 0);
  }
}
