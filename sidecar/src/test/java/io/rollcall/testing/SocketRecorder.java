package io.rollcall.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A Unix socket in front of another one: passes on all bytes and keeps those of the client. */
public final class SocketRecorder implements AutoCloseable {
  private final Path target;
  private final ServerSocketChannel server;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream(); // is synchronized

  /**
   * Listens at once.
   *
   * @param path of the socket to make
   * @param target the socket behind it
   */
  public SocketRecorder(Path path, Path target) throws IOException {
    this.target = target;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** The lines that clients have sent. */
  public List<String> lines() {
    return sent.toString(StandardCharsets.ISO_8859_1).lines().toList();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(target));
        var to = Channels.newOutputStream(other);
        var kept =
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
              }

              @Override
              public void write(byte[] bytes, int from, int count) throws IOException {
                sent.write(bytes, from, count);
                to.write(bytes, from, count);
              }
            };
        pass(Channels.newInputStream(client), kept, client, other);
        pass(Channels.newInputStream(other), Channels.newOutputStream(client), client, other);
      } catch (IOException _) {
        // closed, or nobody behind it
      }
    }
  }

  private static void pass(
      InputStream from, OutputStream to, SocketChannel one, SocketChannel other) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (one;
              other) {
            from.transferTo(to);
          } catch (IOException _) {
            // one side went, so that the other one goes, too
          }
        });
  }
}
