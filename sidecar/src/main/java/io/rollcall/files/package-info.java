@CheckReturnValue
@NullMarked
package io.rollcall.files;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
