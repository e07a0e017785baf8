@CheckReturnValue
@NullMarked
package io.rollcall.core.status;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
