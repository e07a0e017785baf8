@CheckReturnValue
@NullMarked
package io.rollcall.app;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
