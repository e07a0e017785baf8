@CheckReturnValue
@NullMarked
package io.rollcall.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
