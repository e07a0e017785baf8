@CheckReturnValue
@NullMarked
package io.rollcall.haproxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
