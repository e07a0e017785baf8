package io.rollcall.http;

import java.nio.file.Path;

/** The PEM files of a certificate chain and its private key. */
public record TlsFiles(Path certificate, Path key) {}
