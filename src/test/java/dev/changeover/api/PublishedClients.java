package dev.changeover.api;

import com.huaweicloud.sdk.core.ClientBuilder;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.auth.ICredential;
import com.huaweicloud.sdk.gaussdb.v3.GaussDBClient;
import com.huaweicloud.sdk.rds.v3.RdsClient;
import java.net.URI;

/** The published clients as a program makes them: nothing is set but endpoint, AK, SK and project. */
public record PublishedClients(GaussDBClient databases, RdsClient relational) {

    public static PublishedClients of(URI server, String accessKey, String secretKey, String projectId) {
        var credentials = credentials(accessKey, secretKey, projectId);
        return new PublishedClients(
                made(GaussDBClient.newBuilder(), server, credentials),
                made(RdsClient.newBuilder(), server, credentials));
    }

    static ICredential credentials(String accessKey, String secretKey, String projectId) {
        return new BasicCredentials().withAk(accessKey).withSk(secretKey).withProjectId(projectId);
    }

    private static <C> C made(ClientBuilder<C> builder, URI server, ICredential credentials) {
        return builder.withCredential(credentials)
                .withEndpoint(server.toString())
                .build();
    }
}
