@CheckReturnValue
@NullMarked
package io.rollcall.http.page;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
