package dev.changeover.access.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A little identity provider: keys that change, and their public halves over HTTP. */
public final class Provider implements AutoCloseable {
    public static final String ISSUER = "https://login.example/realm";
    public static final String AUDIENCE = "changeover";

    private final HttpServer http;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile boolean down;
    private volatile RSAKey rsa = rsa("key-1");
    private final ECKey ec;
    private final Instant now;

    /** @param now when its tokens are made, for five minutes */
    public Provider(Instant now) {
        this.now = now;
        try {
            ec = new ECKeyGenerator(Curve.P_256)
                    .keyID("ec-1")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        http.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            var body = new JWKSet(List.<JWK>of(rsa, ec)).toString(true).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(down ? 503 : 200, down ? -1 : body.length);
            if (!down) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        http.start();
    }

    public String keys() {
        return "http://127.0.0.1:%d/keys".formatted(http.getAddress().getPort());
    }

    int fetches() {
        return fetches.get();
    }

    public void down(boolean isDown) {
        down = isDown;
    }

    /** From now on another key signs. */
    void rotate(String keyId) {
        rsa = rsa(keyId);
    }

    /** The document that anybody can read. */
    RSAKey publicKey() {
        return rsa.toPublicJWK();
    }

    JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("7f1c")
                .claim("preferred_username", "dora@corp.example")
                .claim("roles", List.of("owner"))
                .claim("projects", List.of("p-1"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    /** An owner's, with something changed. */
    public String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(rsa, change.apply(claims()).build());
    }

    static String signed(RSAKey key, JWTClaimsSet claims) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID(key.getKeyID())
                    .type(JOSEObjectType.JWT)
                    .build();
            var token = new SignedJWT(header, claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The same owner's, as RFC 9068 has it and by an elliptic curve. */
    String accessToken() {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(ec.getKeyID())
                    .type(new JOSEObjectType("at+jwt"))
                    .build();
            var token = new SignedJWT(header, claims().build());
            token.sign(new ECDSASigner(ec));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static RSAKey rsa(String keyId) {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID(keyId)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
