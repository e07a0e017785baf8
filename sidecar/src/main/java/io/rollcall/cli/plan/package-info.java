/**
 * What Rollcall would do now, from the live state of HAProxy and Serf, without a running sidecar:
 * {@code rollcall plan}, and the last part of {@code rollcall doctor}. Nothing is changed.
 */
@NullMarked
package io.rollcall.cli.plan;

import org.jspecify.annotations.NullMarked;
