@CheckReturnValue
@NullMarked
package io.rollcall.core.alert;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
