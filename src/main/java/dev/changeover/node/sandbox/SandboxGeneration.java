package dev.changeover.node.sandbox;

import dev.changeover.mysql.Login;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One generation of a sandbox node: accepts while it serves, keeps its sessions when it retires, and is gone after
 * the last of them. A real node has a tree of processes instead.
 */
final class SandboxGeneration implements ProxyGeneration {
    /** How the generation stands. */
    enum Stage {
        ACCEPTING,
        RETIRING,
        GONE
    }

    private static final Duration LOGIN = Duration.ofSeconds(5);

    private final int number;
    private final Path kernel;
    private final String reportedVersion;
    private final SandboxConfiguration settings;
    private final String checkUser;
    private final InstantSource clock;
    private final Runnable changed;
    private final Set<SandboxSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private Stage stage = Stage.ACCEPTING;
    private volatile boolean isSilent;
    private volatile boolean isOrphaned;

    /** @param kernel its directory */
    SandboxGeneration(
            int number,
            Path kernel,
            String reportedVersion,
            SandboxConfiguration settings,
            String checkUser,
            InstantSource clock,
            Runnable changed) {
        this.number = number;
        this.kernel = kernel;
        this.reportedVersion = reportedVersion;
        this.settings = settings;
        this.checkUser = checkUser;
        this.clock = clock;
        this.changed = changed;
    }

    @Override
    public int number() {
        return number;
    }

    /** A generation that died is never started again under the same number. */
    @Override
    public long process() {
        return number;
    }

    Path kernel() {
        return kernel;
    }

    @Override
    public String reportedVersion() {
        return reportedVersion;
    }

    SandboxConfiguration settings() {
        return settings;
    }

    @Override
    public ProxyConfiguration configuration() {
        return settings.described();
    }

    synchronized Stage stage() {
        return stage;
    }

    @Override
    public boolean isAccepting() {
        return stage() == Stage.ACCEPTING;
    }

    @Override
    public Optional<ProxyGeneration> now() {
        return isSilent || isOrphaned || stage() == Stage.GONE ? Optional.empty() : Optional.of(this);
    }

    /** Whether the generation leaves its agent without an answer. It still relays. */
    boolean isSilent() {
        return isSilent;
    }

    void silence(boolean yes) {
        isSilent = yes;
    }

    /** Whether the agent has lost what it needs to steer the generation. */
    boolean isOrphaned() {
        return isOrphaned;
    }

    void orphan() {
        isOrphaned = true;
    }

    @Override
    public List<ProxySession> sessions() throws NoAnswerException {
        answer();
        var now = clock.instant();
        return sessions.stream().map(session -> session.listed(now)).toList();
    }

    @Override
    public Optional<ProxySession.Details> details(ProxySession session) throws IOException {
        answer();
        return find(session).map(SandboxSession::details);
    }

    @Override
    public boolean close(ProxySession session, ProxySession.Details expected, LastWord lastWord) throws IOException {
        answer();
        var found = find(session);
        if (found.isEmpty() || !lastWord.isYes()) return false;
        found.get().close();
        return true;
    }

    /** Numbers never come again. */
    private Optional<SandboxSession> find(ProxySession session) {
        return sessions.stream().filter(one -> one.isNamed(session.handle())).findFirst();
    }

    private void answer() throws NoAnswerException {
        if (now().isEmpty()) throw new NoAnswerException("generation " + number + " does not answer");
    }

    /** Connections taken since the start. */
    long accepted() {
        return accepted.get();
    }

    @Override
    public Health health() throws NoAnswerException {
        answer();
        var backend = new Health.Backend(SandboxConfiguration.BACKEND, true, false);
        return new Health(List.of(), List.of(backend), errors.get(), accepted.get(), accepted.get());
    }

    @Override
    public void proveBackend(String backend) throws IOException {
        MysqlLogin.attempt(settings.database(), new Login(checkUser, ""), LOGIN);
    }

    @Override
    public List<String> lossesAtHandover() {
        return List.of();
    }

    /** Takes a new connection; false when the generation no longer accepts. */
    boolean serve(SocketChannel client) throws IOException {
        SandboxSession session;
        synchronized (this) {
            if (stage != Stage.ACCEPTING) {
                return false;
            }
            session = new SandboxSession(accepted.incrementAndGet(), client, clock.instant(), this::ended);
            sessions.add(session);
        }
        session.relay(settings.database(), errors::incrementAndGet);
        return true;
    }

    @Override
    public void stopAccepting() {
        synchronized (this) {
            if (stage == Stage.ACCEPTING) {
                stage = sessions.isEmpty() ? Stage.GONE : Stage.RETIRING;
            }
        }
        changed.run();
    }

    /** Dies with all its sessions. */
    void crash() {
        synchronized (this) {
            stage = Stage.GONE;
        }
        List.copyOf(sessions).forEach(SandboxSession::close);
        changed.run();
    }

    private void ended(SandboxSession session) {
        synchronized (this) {
            sessions.remove(session);
            if (stage != Stage.RETIRING || !sessions.isEmpty()) {
                return;
            }
            stage = Stage.GONE;
        }
        changed.run();
    }
}
