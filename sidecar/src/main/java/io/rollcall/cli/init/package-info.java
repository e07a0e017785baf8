/**
 * What {@code rollcall init} adds to an installation of HAProxy that is in use: a pure part that
 * computes texts from texts ({@code ConfigAdditions}, {@code ConfigText}, {@code SettingsText}),
 * and one that writes files and runs commands, and puts everything back when a step fails.
 */
@NullMarked
package io.rollcall.cli.init;

import org.jspecify.annotations.NullMarked;
