@CheckReturnValue
@NullMarked
package io.rollcall.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
