@CheckReturnValue
@NullMarked
package io.rollcall.http.stream;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
