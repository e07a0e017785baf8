@CheckReturnValue
@NullMarked
package io.rollcall.memory;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
