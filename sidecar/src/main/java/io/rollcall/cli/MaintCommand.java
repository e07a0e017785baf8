package io.rollcall.cli;

import picocli.CommandLine.Command;

/** {@code rollcall maint NAME...}. */
@Command(name = "maint", description = "Take members out of rotation at once.")
final class MaintCommand extends StateOrder {}
