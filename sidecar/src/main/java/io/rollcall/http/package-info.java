@CheckReturnValue
@NullMarked
package io.rollcall.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
