package io.rollcall.store;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_DEFAULT;
import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.rollcall.core.WrittenAt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code memory.json}. Their names and meanings never change; a field that was added
 * later is null, 0 or false in an older file. {@link StateFormat} has the defaults.
 *
 * <p><b>Stable in every version:</b> {@code written}, and {@code
 * memory.pools.BACKEND.intents.MEMBER} with the fields of {@link StoredIntent}. So operator intents
 * survive a downgrade.
 *
 * @param written absent in files of the first releases
 */
record StateDocument(int version, @Nullable WrittenAt written, @Nullable StoredMemory memory) {

  /**
   * @param pools by backend
   */
  record StoredMemory(@Nullable Map<String, StoredPool> pools, @Nullable StoredProcess haproxy) {}

  /** The HAProxy process that was planned for last. */
  record StoredProcess(int pid, @Nullable Instant startedAt) {}

  /**
   * One pool.
   *
   * @param occupants by slot, {@code BACKEND/SERVER}
   * @param intents by member name
   * @param waiting by member name
   * @param known by member name
   */
  record StoredPool(
      @Nullable Map<String, StoredOccupant> occupants,
      @Nullable Map<String, StoredIntent> intents,
      @Nullable Map<String, StoredWaiting> waiting,
      @Nullable Map<String, Instant> known,
      @Nullable List<String> held,
      @Nullable List<String> released,
      long driftFound,
      long driftRepaired) {}

  /**
   * The member in a slot.
   *
   * @param state PREPARED, JOINING, SERVING, SUSPECT, DRAINING or PARKED
   */
  record StoredOccupant(
      @Nullable String member,
      @Nullable StoredServer service,
      @Nullable String state,
      @Nullable Instant since,
      @Nullable String why,
      @Nullable Instant deadline,
      boolean byFailure,
      boolean cleared,
      @Nullable String refused,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer configuredMaxconn,
      @Nullable StoredFailure down) {}

  /**
   * What was set in HAProxy. Version 0.1.0 requires both numbers, and would reject the whole file
   * without them.
   *
   * @param endpoint {@code 10.0.0.7:3000} or {@code [fd00::7]:3000}
   * @param weight null: as configured
   * @param maxconn null: as configured
   * @param asConfigured names of the numbers that are there for 0.1.0 only; absent for none
   */
  record StoredServer(
      @Nullable String endpoint,
      @Nullable String boot,
      @Nullable Integer weight,
      @Nullable Integer maxconn,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> asConfigured) {}

  /** A check of HAProxy that fails. */
  record StoredFailure(@Nullable String check, @Nullable Instant since) {}

  /**
   * What an operator decided for a member.
   *
   * @param action DRAIN, MAINT or READY; null if only a weight is set
   * @param weight 0 to 256, null if none is set
   * @param by the name of the operator's token, {@code by hand}, or {@code api} in older files
   * @param reason absent for none, and in older files
   * @param until absent for never, and in older files
   */
  record StoredIntent(
      @Nullable String action,
      @Nullable Integer weight,
      @Nullable String by,
      @Nullable Instant at,
      @JsonInclude(NON_NULL) @Nullable String reason,
      @JsonInclude(NON_NULL) @Nullable Instant until) {}

  /** A member without a slot. */
  record StoredWaiting(
      @Nullable Instant since,
      @Nullable String why,
      boolean refused,
      @JsonInclude(NON_DEFAULT) boolean gaveWay,
      @JsonInclude(NON_DEFAULT) boolean starting) {}

  /** The stable fields alone, in the places where every version has them. */
  record StableState(@Nullable WrittenAt written, @Nullable StableMemory memory) {}

  record StableMemory(@Nullable Map<String, StablePool> pools) {}

  record StablePool(@Nullable Map<String, StoredIntent> intents) {}
}
