/** Protects the HTTP server, and the rest of the sidecar, against clients that use too much. */
@CheckReturnValue
@NullMarked
package io.rollcall.http.guard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
