@CheckReturnValue
@NullMarked
package io.rollcall.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
