package executorscaler.redis;

import executorscaler.config.RedisConfig;
import executorscaler.redis.RedisTrouble.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * One connection to Redis, opened step by step so that a failure can name its step. Not for use by two threads. After a {@link RedisTrouble} it is
 * of no more use: close it and open another.
 */
final class RedisLink implements AutoCloseable {

    private final Pushed connection;

    private RedisLink(Pushed connection) {
        this.connection = connection;
    }

    /** Connects and logs in; all steps together take at most {@code timeoutMillis}, and each later round trip as much again. */
    static RedisLink open(RedisConfig config) throws RedisTrouble {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.timeoutMillis());
        var address = RedisAddress.of(config.url());
        var login = Login.of(config, address);
        var socket = connect(address, resolve(address, deadline), deadline);
        try {
            if (address.tls()) socket = encrypt(socket, address, config.caFile());
            var link = new RedisLink(new Pushed(socket));
            link.logIn(login);
            if (address.database() != 0) {
                link.step(Step.SELECT, "database " + address.database(), new CommandArguments(Command.SELECT).add(address.database()));
            }
            socket.setSoTimeout(config.timeoutMillis());
            return link;
        } catch (RedisTrouble trouble) {
            closeQuietly(socket);
            throw trouble;
        } catch (IOException broken) {
            closeQuietly(socket);
            throw new RedisTrouble(Step.TCP, address.hostAndPort() + " " + RedisTrouble.said(broken), broken);
        }
    }

    // InetAddress waits as long as the resolver's own settings say (often 10 s), so another thread waits in our place.
    private static InetAddress[] resolve(RedisAddress address, long deadline) throws RedisTrouble {
        var answer = new CompletableFuture<InetAddress[]>();
        Thread.ofVirtual().name("redis-dns").start(() -> {
            try {
                answer.complete(InetAddress.getAllByName(address.host()));
            } catch (IOException unknown) {
                answer.completeExceptionally(unknown);
            }
        });
        try {
            return answer.get(millisTo(deadline), TimeUnit.MILLISECONDS);
        } catch (ExecutionException unknown) {
            throw new RedisTrouble(Step.DNS, "no address for " + address.host(), unknown);
        } catch (TimeoutException slow) {
            throw new RedisTrouble(Step.DNS, "looking up " + address.host() + " timed out", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RedisTrouble(Step.DNS, "interrupted", stopped);
        }
    }

    private static Socket connect(RedisAddress address, InetAddress[] candidates, long deadline) throws RedisTrouble {
        IOException last = new IOException("no address");
        for (int i = 0; i < candidates.length; i++) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                int share = Math.max(1, millisTo(deadline) / (candidates.length - i)); // one dead address must not use up the time of the others
                socket.connect(new InetSocketAddress(candidates[i], address.port()), share);
                socket.setSoTimeout(millisTo(deadline));
                return socket;
            } catch (IOException failed) {
                last = failed;
                closeQuietly(socket);
            }
        }
        throw new RedisTrouble(Step.TCP, address.hostAndPort() + " " + RedisTrouble.said(last), last);
    }

    private static Socket encrypt(Socket plain, RedisAddress address, String caFile) throws RedisTrouble {
        try {
            var socket = (SSLSocket) Trust.context(caFile).getSocketFactory().createSocket(plain, address.host(), address.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // compares the certificate's name with the host; without this any name would do
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException | GeneralSecurityException failed) {
            throw new RedisTrouble(Step.TLS, address.hostAndPort() + " " + RedisTrouble.said(failed), failed);
        }
    }

    private void logIn(Login login) throws RedisTrouble {
        if (login.password().isEmpty()) {
            // A server that wants a password says so only when asked something; PING tells AUTH apart from a command that is not allowed.
            step(Step.AUTH, "without a password", new CommandArguments(Command.PING));
            return;
        }
        var auth = new CommandArguments(Command.AUTH);
        if (!login.user().isEmpty()) auth.add(login.user());
        step(Step.AUTH, login.user().isEmpty() ? "as the default user" : "as " + login.user(), auth.add(login.password()));
    }

    private void step(Step step, String about, CommandArguments command) throws RedisTrouble {
        Object reply;
        try {
            reply = ask(List.of(command)).get(0);
        } catch (RedisTrouble lost) {
            throw new RedisTrouble(step, about + ": " + RedisTrouble.said(lost), lost);
        }
        if (reply instanceof JedisDataException no) {
            // NOPERM to PING only means that the ACL is narrower than documented; LOADING and MASTERDOWN are for the commands to report.
            boolean refused = command.getCommand() != Command.PING || RedisTrouble.said(no).startsWith("NOAUTH");
            if (refused) throw new RedisTrouble(step, about + ": " + RedisTrouble.said(no), no);
        }
    }

    /**
     * Sends all commands and takes all replies: one round trip.
     *
     * @return one entry a command: Long, {@code byte[]}, List, or a {@link JedisDataException} where the server answered with an error
     * @throws RedisTrouble of step COMMAND when the connection broke or the time was over
     */
    List<Object> ask(List<CommandArguments> commands) throws RedisTrouble {
        try {
            for (var command : commands) connection.sendCommand(command);
            return connection.getMany(commands.size());
        } catch (JedisException broken) {
            throw new RedisTrouble(Step.COMMAND, RedisTrouble.said(broken), broken);
        }
    }

    /** Asks Redis to push a message when a key that this connection read is written: false where server, proxy or ACL do not allow it. */
    boolean track() throws RedisTrouble {
        for (var command : tracking()) {
            if (ask(List.of(command)).get(0) instanceof JedisDataException) return false;
        }
        return true;
    }

    /** What {@link #track} sends. */
    static List<CommandArguments> tracking() {
        return List.of(new CommandArguments(Command.HELLO).add("3"), new CommandArguments(Command.CLIENT).add("TRACKING").add("ON"));
    }

    /** Waits until a key was written that was read since {@link #track}, at most so long. True: one was, and only a new read will tell of the next. */
    boolean awaitPush(int atMostMillis) throws RedisTrouble {
        try {
            return connection.awaitPush(atMostMillis);
        } catch (JedisException | IOException broken) {
            throw new RedisTrouble(Step.COMMAND, RedisTrouble.said(broken), broken);
        }
    }

    @Override
    public void close() {
        closeQuietly(connection.socket);
    }

    private static int millisTo(long deadline) {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // nothing is left to be done about it
        }
    }

    /** Jedis's connection on our socket. Jedis hands pushes out while it reads replies; here one can also wait for nothing but a push. */
    private static final class Pushed extends Connection {

        private final Socket socket;
        private boolean waiting;
        private boolean pushed;

        Pushed(Socket socket) {
            super(onceOnly(socket));
            this.socket = socket;
            addPushConsumer(context -> {
                pushed = true;
                context.drop();
                return context;
            });
            connect();
        }

        boolean awaitPush(int atMostMillis) throws IOException {
            int roundTrip = socket.getSoTimeout();
            socket.setSoTimeout(Math.max(1, atMostMillis)); // 0 would wait for ever
            waiting = true;
            try {
                if (!pushed) readProtocolWithCheckingBroken();
                return pushed;
            } finally {
                waiting = false;
                pushed = false;
                socket.setSoTimeout(roundTrip);
            }
        }

        // Jedis takes a time-out for a broken connection. While we wait for a push it is the usual case: nothing has been read, so nothing is lost.
        @Override
        protected Object protocolRead(RedisInputStream stream, PushConsumerChain consumers) {
            if (!waiting) return super.protocolRead(stream, consumers);
            try {
                stream.peek((byte) '>');
            } catch (JedisConnectionException nothing) {
                if (nothing.getCause() instanceof SocketTimeoutException) return List.of();
                throw nothing;
            }
            protocolReadPushes(stream, consumers);
            return List.of();
        }

        // Jedis would quietly connect again, past our steps and without AUTH.
        private static JedisSocketFactory onceOnly(Socket socket) {
            return () -> {
                if (socket.isClosed()) throw new JedisConnectionException("closed");
                return socket;
            };
        }
    }
}
