/**
 * The sidecar's log: logfmt lines on standard output, written so that no caller ever waits for
 * whoever reads them.
 */
@CheckReturnValue
@NullMarked
package io.rollcall.logging;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
