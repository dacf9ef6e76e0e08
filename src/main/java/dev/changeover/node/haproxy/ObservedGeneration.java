package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One worker and what runs it, as far as that is known without a question to it. */
abstract sealed class ObservedGeneration implements ProxyGeneration permits HaproxyGeneration, CountedGeneration {
    final Generation.Live live;
    final BackendProof proof;

    /** What it runs never changes: it is read and understood once for each observation. */
    private volatile @Nullable OperatorConfiguration file;

    /** @param proof how its backends are proven */
    ObservedGeneration(Generation.Live live, BackendProof proof) {
        this.live = live;
        this.proof = proof;
    }

    /** One that can be asked, or one that can only be counted. */
    static ObservedGeneration of(Generation.Live live, BackendProof proof) {
        return live.isCounted() ? new CountedGeneration(live, proof) : new HaproxyGeneration(live, proof);
    }

    @Override
    public int number() {
        return live.number();
    }

    @Override
    public long process() {
        return live.worker();
    }

    @Override
    public String reportedVersion() {
        return live.version();
    }

    @Override
    public boolean isAccepting() {
        return !live.stopping();
    }

    @Override
    public Optional<ProxyGeneration> now() {
        return Generation.observe(live.directory()) instanceof Generation.Live now && now.worker() == live.worker()
                ? Optional.of(of(now, proof))
                : Optional.empty();
    }

    @Override
    public ProxyConfiguration configuration() throws IOException {
        return proof.described(operatorConfiguration(), ListeningSockets.now().addressesOf(live.worker()));
    }

    OperatorConfiguration operatorConfiguration() throws IOException {
        var known = file;
        if (known == null) {
            known = live.operatorConfiguration();
            file = known;
        }
        return known;
    }

    @Override
    public void stopAccepting() throws IOException, InterruptedException {
        live.stopAccepting();
    }
}
