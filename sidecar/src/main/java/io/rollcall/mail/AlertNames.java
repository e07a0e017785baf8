package io.rollcall.mail;

import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.Incident.IncidentState;

/** The names in {@code mail.json} of what is an enum in the program. They never change. */
final class AlertNames {
  private AlertNames() {}

  static String of(AlertKind kind) {
    return switch (kind) {
      case NO_SERVER_UP -> "EMPTY";
      case LOW_CAPACITY -> "LOW";
      case REMOVALS_HELD -> "HELD";
      case NO_FREE_SLOT -> "FULL";
      case MEMBER -> "MEMBER";
      case DRIFT -> "DRIFT";
      case COMPONENT -> "PART";
    };
  }

  static AlertKind kind(String name) {
    return switch (name) {
      case "EMPTY" -> AlertKind.NO_SERVER_UP;
      case "LOW" -> AlertKind.LOW_CAPACITY;
      case "HELD" -> AlertKind.REMOVALS_HELD;
      case "FULL" -> AlertKind.NO_FREE_SLOT;
      case "MEMBER" -> AlertKind.MEMBER;
      case "DRIFT" -> AlertKind.DRIFT;
      case "PART" -> AlertKind.COMPONENT;
      default -> throw unknown(name, "kind of alert");
    };
  }

  static String of(IncidentState state) {
    return switch (state) {
      case OK -> "WELL";
      case PENDING -> "AMISS";
      case NOTIFIED -> "TOLD";
      case FLAPPING -> "FLAPPING";
    };
  }

  static IncidentState phase(String name) {
    return switch (name) {
      case "WELL" -> IncidentState.OK;
      case "AMISS" -> IncidentState.PENDING;
      case "TOLD" -> IncidentState.NOTIFIED;
      case "FLAPPING" -> IncidentState.FLAPPING;
      default -> throw unknown(name, "state of an incident");
    };
  }

  static String of(AlertType type) {
    return switch (type) {
      case FAILED -> "FAILED";
      case FLAPPING -> "FLAPS";
      case RECOVERED, OUT_OF_SERVICE -> "BACK";
      case STABLE -> "CALM";
    };
  }

  static AlertType type(String name) {
    return switch (name) {
      case "FAILED" -> AlertType.FAILED;
      case "FLAPS" -> AlertType.FLAPPING;
      case "BACK" -> AlertType.RECOVERED;
      case "CALM" -> AlertType.STABLE;
      default -> throw unknown(name, "type of an alert");
    };
  }

  private static IllegalArgumentException unknown(String name, String what) {
    return new IllegalArgumentException("'" + name + "' is not a " + what);
  }
}
