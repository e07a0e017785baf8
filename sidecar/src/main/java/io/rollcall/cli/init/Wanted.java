package io.rollcall.cli.init;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for.
 *
 * @param backend HAProxy's backend
 * @param port of the applications
 * @param health path that answers 200 when an application is ready; null: a connection is enough
 * @param cookie the application's session cookie; null for no stickiness
 * @param tcp the backend is in mode tcp
 * @param caFile the servers speak TLS with certificates of this authority; null for plain text
 * @param slots servers to add
 * @param socket admin socket for Rollcall
 * @param group of the user that runs the sidecar
 * @param stateFile written by Rollcall
 */
public record Wanted(
    String backend,
    int port,
    @Nullable String health,
    @Nullable String cookie,
    boolean tcp,
    @Nullable String caFile,
    int slots,
    Path socket,
    String group,
    Path stateFile) {}
