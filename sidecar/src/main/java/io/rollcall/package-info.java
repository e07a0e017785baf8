@CheckReturnValue
@NullMarked
package io.rollcall;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
