package dev.changeover.notify.gateway;

import dev.changeover.contact.ContactSettings;
import dev.changeover.contact.HostNames;
import dev.changeover.contact.PublicAddress;
import io.micronaut.scheduling.TaskExecutors;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * Resolves a name to those of its addresses that may be connected to, for the very connection that is made: a name that
 * means another address a moment later changes nothing. A name server may not answer for half a minute, and the event
 * loops that connect are those that serve the REST interface: none of them waits for it.
 */
@Singleton
@Named(PublicResolver.NAME)
final class PublicResolver extends AddressResolverGroup<InetSocketAddress> {
    static final String NAME = "public";

    private final HostNames names;
    private final boolean all;
    private final ExecutorService blocking;

    PublicResolver(HostNames names, ContactSettings settings, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.names = names;
        this.blocking = blocking;
        this.all = settings.privateWebhooks();
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) {
                lookUp(name, promise, List::getFirst);
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                lookUp(name, promise, addresses -> addresses);
            }
        });
    }

    private <T> void lookUp(String name, Promise<T> promise, Function<List<InetAddress>, T> wanted) {
        blocking.execute(() -> {
            try {
                promise.trySuccess(wanted.apply(allowed(name)));
            } catch (UnknownHostException none) {
                promise.tryFailure(none);
            }
        });
    }

    private List<InetAddress> allowed(String name) throws UnknownHostException {
        var addresses = names.addresses(name);
        if (!all && !addresses.stream().allMatch(PublicAddress::isPublic)) {
            throw new UnknownHostException(name + " has an address that is not on the Internet");
        }
        return addresses;
    }
}
