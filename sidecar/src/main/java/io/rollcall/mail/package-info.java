@CheckReturnValue
@NullMarked
package io.rollcall.mail;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
