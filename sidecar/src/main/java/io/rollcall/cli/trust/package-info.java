/** Which servers the command line believes by TLS. */
@NullMarked
package io.rollcall.cli.trust;

import org.jspecify.annotations.NullMarked;
