/** Writes notifications as mails, keeps them until they are accepted, and delivers them by SMTP. */
@CheckReturnValue
@NullMarked
package io.rollcall.mail;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
