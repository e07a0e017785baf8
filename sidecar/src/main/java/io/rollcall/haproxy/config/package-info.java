/** HAProxy's own configuration file, as far as Rollcall reads it: it never writes one here. */
@NullMarked
package io.rollcall.haproxy.config;

import org.jspecify.annotations.NullMarked;
