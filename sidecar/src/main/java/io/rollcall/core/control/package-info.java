@CheckReturnValue
@NullMarked
package io.rollcall.core.control;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
