/**
 * What {@code rollcall doctor} examines: settings, HAProxy, its configuration, Serf, the machine
 * and the applications. Everything is read; nothing is changed. Begin with {@code Examination}.
 */
@NullMarked
package io.rollcall.cli.doctor;

import org.jspecify.annotations.NullMarked;
