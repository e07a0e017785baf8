@CheckReturnValue
@NullMarked
package io.rollcall.serf;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
