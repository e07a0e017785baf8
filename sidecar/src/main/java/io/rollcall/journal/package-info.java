@CheckReturnValue
@NullMarked
package io.rollcall.journal;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
