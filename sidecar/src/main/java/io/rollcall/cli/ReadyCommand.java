package io.rollcall.cli;

import picocli.CommandLine.Command;

/** {@code rollcall ready NAME...}. */
@Command(
    name = "ready",
    description = "Put members into rotation behind their check, whatever their tags say.")
final class ReadyCommand extends StateOrder {}
