package dev.changeover.api.fleet;

import dev.changeover.api.ApiException;
import dev.changeover.inventory.FileFormat;
import dev.changeover.inventory.FileRefused;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import java.util.function.Supplier;

/** Bodies in YAML or JSON: their media types, and what is said about a file that cannot be taken. */
final class Yaml {
    static final String TYPE = "application/yaml";
    static final String OLD_TYPE = "application/x-yaml";
    static final String TEXT_TYPE = "text/yaml";
    static final String JSON = MediaType.APPLICATION_JSON;

    private Yaml() {}

    /** What the caller says that the body is. */
    static FileFormat format(HttpRequest<?> request) {
        return request.getContentType()
                        .filter(MediaType.APPLICATION_JSON_TYPE::matches)
                        .isPresent()
                ? FileFormat.JSON
                : FileFormat.YAML;
    }

    /** Takes a file whole; what is wrong in it is the caller's, what stands against it is a conflict. */
    static <T> T accept(Supplier<T> taking) {
        try {
            return taking.get();
        } catch (FileRefused | Inventory.Contradiction wrong) {
            throw new ApiException(ErrorCode.WRONG_PARAMETER, wrong.getMessage());
        } catch (Inventory.ProxyBusy running) {
            throw new ApiException(ErrorCode.OTHER_RUNNING, running.getMessage());
        }
    }
}
