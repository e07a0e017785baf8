@CheckReturnValue
@NullMarked
package io.rollcall.metrics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
