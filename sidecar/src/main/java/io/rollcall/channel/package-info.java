/** Sends notifications to other programs by HTTP, and keeps them until they are accepted. */
@CheckReturnValue
@NullMarked
package io.rollcall.channel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
