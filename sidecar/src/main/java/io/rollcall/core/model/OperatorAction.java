package io.rollcall.core.model;

import java.util.Locale;

/** What an operator asks for over HTTP. It concerns this balancer only, and prints as words. */
public sealed interface OperatorAction {
  /** An order about one member of a pool; it becomes, or ends, the member's intent. */
  sealed interface OfMember extends OperatorAction {
    String backend();

    String member();
  }

  /** Drains it, puts it in maintenance, or keeps it in rotation whatever its own tags say. */
  record SetState(String backend, String member, Intent.Action action) implements OfMember {
    @Override
    public String toString() {
      return action.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Weight from 0 to 256, before the one in its tags. */
  record SetWeightTo(String backend, String member, int weight) implements OfMember {
    @Override
    public String toString() {
      return "weight " + weight;
    }
  }

  /** Back to automatic. */
  record ClearIntent(String backend, String member) implements OfMember {
    @Override
    public String toString() {
      return "back to automatic";
    }
  }

  /** Lets go the members whose removal is held now. */
  record ReleaseHold(String backend) implements OperatorAction {
    @Override
    public String toString() {
      return "release the hold";
    }
  }

  /** Reads members and slots anew. */
  record Resync() implements OperatorAction {
    @Override
    public String toString() {
      return "resync";
    }
  }
}
