@CheckReturnValue
@NullMarked
package io.rollcall.status;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
