package io.rollcall.http.guard;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Vert.x's NIO transport with a limit on the connections that its servers have accepted: while it
 * is reached, further ones wait in the kernel and take no file descriptor. Vert.x itself accepts
 * all, however late the event loop can handle them.
 *
 * <p>It also closes connections whose client does not read: {@link HttpConnection#close} would wait
 * until the client has read everything. Thread-safe.
 */
public final class AcceptLimit implements Transport, ConnectionCloser {
  /** What is read, and parsed, of a connection at a time. */
  private static final int READ_BYTES = 2048;

  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<InetSocketAddress, Channel> channels = new ConcurrentHashMap<>();

  public AcceptLimit(ServerLimits limits) {
    this.most = limits.accepted();
  }

  @Override
  public String name() {
    return NIO.name();
  }

  @Override
  public boolean available() {
    return NIO.available();
  }

  @Override
  public Throwable unavailabilityCause() {
    return NIO.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return new LimitedTransport(NIO.implementation());
  }

  @Override
  public void close(HttpConnection connection) {
    SocketAddress remote = connection.remoteAddress();
    Channel channel =
        remote == null
            ? null
            : channels.get(new InetSocketAddress(remote.hostAddress(), remote.port()));
    if (channel == null) {
      GRACEFUL.close(connection);
    } else {
      // From the first handler on: so it does not pass the one that would flush before.
      var _ = channel.pipeline().firstContext().close();
    }
  }

  /** Stops to accept while too many are open, and goes on when one of them is closed. */
  private final class LimitedServerChannel extends NioServerSocketChannel {
    private volatile boolean paused;

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      if (open.get() >= most) {
        paused = true;
        config().setAutoRead(false);
        return 0;
      }
      int count = super.doReadMessages(accepted);
      if (count > 0 && accepted.getLast() instanceof Channel channel) {
        added(channel);
      }
      return count;
    }

    private void added(Channel channel) {
      open.incrementAndGet();
      // else 64 KiB of pipelined requests are parsed before the first of them is answered
      channel
          .config()
          .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1));
      if (channel.remoteAddress() instanceof InetSocketAddress remote) {
        channels.put(remote, channel);
        channel.closeFuture().addListener(_ -> channels.remove(remote, channel));
      }
      channel.closeFuture().addListener(_ -> removed());
    }

    private void removed() {
      open.decrementAndGet();
      if (paused) {
        eventLoop()
            .execute(() -> {
              paused = false;
              config().setAutoRead(true);
            });
      }
    }
  }

  /** Everything as Vert.x has it but the server's channels. */
  private final class LimitedTransport implements io.vertx.core.spi.transport.Transport {
    private final io.vertx.core.spi.transport.Transport nio;

    LimitedTransport(io.vertx.core.spi.transport.Transport nio) {
      this.nio = nio;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      return domainSocket ? nio.serverChannelFactory(true) : LimitedServerChannel::new;
    }

    @Override
    public boolean supportsDomainSockets() {
      return nio.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
      return nio.supportFileRegion();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
      return nio.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
      return nio.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
      return nio.ioHandlerFactory();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface has it
    public DatagramChannel datagramChannel(io.netty.channel.socket.InternetProtocolFamily family) {
      return nio.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
      return nio.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
      return nio.channelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
      nio.configure(channel, options);
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
      nio.configure(config, domainSocket, bootstrap);
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
      nio.configure(config, domainSocket, bootstrap);
    }
  }
}
