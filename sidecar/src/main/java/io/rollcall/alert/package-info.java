@CheckReturnValue
@NullMarked
package io.rollcall.alert;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
