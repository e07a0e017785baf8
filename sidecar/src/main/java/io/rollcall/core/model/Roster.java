package io.rollcall.core.model;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All members at one instant, by name.
 *
 * @param whole a name that is not in it is not a member; otherwise it contains only the members of
 *     which an event was read
 */
public record Roster(SortedMap<String, Member> members, boolean whole) {
  public static final Roster EMPTY = new Roster(new TreeMap<>(), true);

  /** No list was ever read, and no event. */
  public static final Roster UNREAD = new Roster(new TreeMap<>(), false);

  public Roster {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
  }

  public static Roster of(Collection<Member> members) {
    var byName = new TreeMap<String, Member>();
    members.forEach(m -> byName.put(m.name(), m));
    return new Roster(byName, true);
  }

  public @Nullable Member get(String name) {
    return members.get(name);
  }

  /** The name is known not to be a member. */
  public boolean excludes(String name) {
    return whole && !members.containsKey(name);
  }

  /** How many members have this status in gossip. */
  public int count(MemberStatus gossip) {
    return (int) members.values().stream().filter(m -> m.gossip() == gossip).count();
  }

  /** This roster with the member put in or replaced. */
  public Roster with(Member member) {
    var next = new TreeMap<>(members);
    next.put(member.name(), member);
    return new Roster(next, whole);
  }

  /**
   * This roster with what the list has of some names.
   *
   * @param found the members of these names; the others are gone
   */
  public Roster with(Collection<String> names, Collection<Member> found) {
    var next = new TreeMap<>(members);
    names.forEach(next::remove);
    found.forEach(member -> next.put(member.name(), member));
    return new Roster(next, whole);
  }

  public Roster without(String name) {
    var next = new TreeMap<>(members);
    next.remove(name);
    return new Roster(next, whole);
  }
}
