/**
 * The command line {@code rollcall}: reads and controls a sidecar over HTTP, runs it, and examines
 * an installation. The only packages that print are this one, {@code app} and {@code logging}.
 */
@NullMarked
package io.rollcall.cli;

import org.jspecify.annotations.NullMarked;
