@CheckReturnValue
@NullMarked
package io.rollcall.reconcile;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
