package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.Component;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedHealthTest {
  @Test
  void reportsThatAComponentWorksOnlyOnceAllOfItsSourcesDo() {
    List<String> reports = new ArrayList<>();
    var shared = new SharedHealth((part, line) -> reports.add(part + " " + line), Component.MAIL);
    var file = shared.source();
    var delivery = shared.source();
    delivery.accept("2 mails undelivered");
    file.accept(null);
    file.accept("can't write mail.json");
    delivery.accept(null);
    file.accept(null);
    assertEquals(
        List.of(
            "MAIL 2 mails undelivered",
            "MAIL 2 mails undelivered",
            "MAIL can't write mail.json",
            "MAIL can't write mail.json",
            "MAIL null"),
        reports);
  }
}
