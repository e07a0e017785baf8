package io.rollcall.core;

import java.util.Locale;

/** What an operator asks for over HTTP. It concerns this balancer only, and prints as words. */
public sealed interface Order {
  /** An order about one member of a pool; it becomes, or ends, the member's intent. */
  sealed interface OfMember extends Order {
    String backend();

    String member();
  }

  /** Drains it, puts it in maintenance, or keeps it in rotation whatever its own tags say. */
  record Act(String backend, String member, Intent.Action action) implements OfMember {
    @Override
    public String toString() {
      return action.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Weight from 0 to 256, before the one in its tags. */
  record Weigh(String backend, String member, int weight) implements OfMember {
    @Override
    public String toString() {
      return "weight " + weight;
    }
  }

  /** Back to automatic. */
  record Lift(String backend, String member) implements OfMember {
    @Override
    public String toString() {
      return "back to automatic";
    }
  }

  /** Lets go the members whose removal is held now. */
  record ReleaseHold(String backend) implements Order {
    @Override
    public String toString() {
      return "release the hold";
    }
  }

  /** Reads members and slots anew. */
  record Resync() implements Order {
    @Override
    public String toString() {
      return "resync";
    }
  }
}
