package io.rollcall.store;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.SlotId;
import io.rollcall.store.StateDocument.StablePool;
import io.rollcall.store.StateDocument.StableState;
import io.rollcall.store.StateDocument.StoredMemory;
import io.rollcall.store.StateDocument.StoredPool;
import io.rollcall.store.StateDocument.StoredProcess;
import io.rollcall.store.StateDocument.StoredWaiting;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code memory.json}, see {@link StateDocument}. Collections that are absent are
 * empty, texts are empty, numbers 0 and flags false; a pool, an occupant or a time without which
 * the rest has no meaning is required. Pure.
 */
public final class StateFormat implements StoredFormat<SavedState> {
  private static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public SavedState empty() {
    return SavedState.EMPTY;
  }

  @Override
  public Record write(SavedState state, ClockReading now) {
    UnaryOperator<Instant> time = now.toFile();
    SavedState.ProcessRun run = state.haproxy();
    var memory =
        new StoredMemory(
            values(state.pools(), pool -> write(pool, time)),
            run == null ? null : new StoredProcess(run.pid(), time.apply(run.startedAt())));
    return new StateDocument(VERSION, now.writtenAt(), memory);
  }

  @Override
  public SavedState read(StoredFields fields, ClockReading now) {
    var document = fields.as(StateDocument.class);
    UnaryOperator<Instant> time = now.fromFile(document.written());
    StoredMemory memory = required(document.memory(), "memory");
    StoredProcess run = memory.haproxy();
    return new SavedState(
        sorted(required(memory.pools(), "pools"), Function.identity(), pool -> read(pool, time)),
        run == null
            ? null
            : new SavedState.ProcessRun(
                run.pid(), time.apply(required(run.startedAt(), "startedAt"))));
  }

  @Override
  public SavedState readStable(StoredFields fields, ClockReading now) {
    var stable = fields.as(StableState.class);
    UnaryOperator<Instant> time = now.fromFile(stable.written());
    SavedState state = SavedState.EMPTY;
    var pools = required(required(stable.memory(), "memory").pools(), "pools");
    for (var entry : pools.entrySet()) {
      StablePool pool = required(entry.getValue(), entry.getKey());
      state =
          state.with(
              entry.getKey(), withIntents(IntentFormat.readable(present(pool.intents()), time)));
    }
    return state;
  }

  private static PoolState withIntents(SortedMap<String, Intent> intents) {
    PoolState none = PoolState.EMPTY;
    return new PoolState(
        none.occupants(),
        intents,
        none.waiting(),
        none.known(),
        none.held(),
        none.released(),
        none.driftFound(),
        none.driftRepaired());
  }

  @Override
  public String stableFields() {
    return "operator intents";
  }

  private static StoredPool write(PoolState pool, UnaryOperator<Instant> time) {
    var occupants = new LinkedHashMap<String, StateDocument.StoredOccupant>();
    pool.occupants()
        .forEach((slot, o) -> occupants.put(slotKey(slot), OccupantFormat.write(o, time)));
    return new StoredPool(
        occupants,
        values(pool.intents(), intent -> IntentFormat.write(intent, time)),
        values(
            pool.waiting(),
            wait ->
                new StoredWaiting(
                    time.apply(wait.since()),
                    wait.why(),
                    wait.refused(),
                    wait.gaveWay(),
                    wait.starting())),
        values(pool.known(), time),
        List.copyOf(pool.held()),
        List.copyOf(pool.released()),
        pool.driftFound(),
        pool.driftRepaired());
  }

  private static PoolState read(StoredPool pool, UnaryOperator<Instant> time) {
    return new PoolState(
        sorted(present(pool.occupants()), StateFormat::slot, o -> OccupantFormat.read(o, time)),
        sorted(
            present(pool.intents()),
            Function.identity(),
            intent -> IntentFormat.read(intent, time)),
        sorted(
            present(pool.waiting()),
            Function.identity(),
            wait ->
                new PoolState.Waiting(
                    time.apply(required(wait.since(), "since")),
                    wait.why() == null ? "" : wait.why(),
                    wait.refused(),
                    wait.gaveWay(),
                    wait.starting())),
        sorted(present(pool.known()), Function.identity(), time),
        names(pool.held()),
        names(pool.released()),
        pool.driftFound(),
        pool.driftRepaired());
  }

  private static SortedSet<String> names(@Nullable List<String> list) {
    var names = new TreeSet<String>();
    if (list != null) {
      list.forEach(name -> names.add(required(name, "name")));
    }
    return names;
  }

  private static String slotKey(SlotId slot) {
    return slot.backend() + "/" + slot.server();
  }

  private static SlotId slot(String key) {
    int slash = key.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("'" + key + "' is not a slot, expected backend/server");
    }
    return new SlotId(key.substring(0, slash), key.substring(slash + 1));
  }

  private static <V> Map<String, V> present(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }

  private static <V, W> Map<String, W> values(Map<String, V> map, Function<V, W> convert) {
    var converted = new LinkedHashMap<String, W>();
    map.forEach((key, value) -> converted.put(key, convert.apply(value)));
    return converted;
  }

  /** The map in its natural order; fails for a key without a value. */
  private static <K extends Comparable<K>, V, W> SortedMap<K, W> sorted(
      Map<String, V> map, Function<String, K> readKey, Function<V, W> readValue) {
    var sorted = new TreeMap<K, W>();
    map.forEach(
        (key, value) -> sorted.put(readKey.apply(key), readValue.apply(required(value, key))));
    return sorted;
  }
}
