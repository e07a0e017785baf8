@CheckReturnValue
@NullMarked
package io.rollcall.core.plan;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
