@CheckReturnValue
@NullMarked
package io.rollcall.core.model;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
