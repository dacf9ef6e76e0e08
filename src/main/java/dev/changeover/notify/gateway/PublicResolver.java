package dev.changeover.notify.gateway;

import dev.changeover.contact.ContactSettings;
import dev.changeover.contact.HostNames;
import dev.changeover.contact.PublicAddress;
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

/**
 * Resolves a name to those of its addresses that may be connected to, for the very connection that is made: a name that
 * means another address a moment later changes nothing.
 */
@Singleton
@Named(PublicResolver.NAME)
final class PublicResolver extends AddressResolverGroup<InetSocketAddress> {
    static final String NAME = "public";

    private final HostNames names;
    private final boolean all;

    PublicResolver(HostNames names, ContactSettings settings) {
        this.names = names;
        this.all = settings.privateWebhooks();
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) {
                try {
                    promise.setSuccess(allowed(name).getFirst());
                } catch (UnknownHostException none) {
                    promise.setFailure(none);
                }
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                try {
                    promise.setSuccess(allowed(name));
                } catch (UnknownHostException none) {
                    promise.setFailure(none);
                }
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
