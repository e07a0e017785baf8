/** Decides what is notified, when, and in which words. Pure: no clock, no I/O, no logging. */
@CheckReturnValue
@NullMarked
package io.rollcall.alert;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
