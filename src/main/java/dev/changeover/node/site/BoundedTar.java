package dev.changeover.node.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A tar whose headers do not fill the memory, neither one of them nor all that are kept. */
final class BoundedTar extends TarArchiveInputStream {

    private final HeaderBound headers;
    private int kept;

    BoundedTar(InputStream in) {
        this(new HeaderBound(in));
    }

    private BoundedTar(HeaderBound headers) {
        super(headers);
        this.headers = headers;
    }

    @Override
    public TarArchiveEntry getNextEntry() throws IOException {
        return headers.read(super::getNextEntry);
    }

    /** Passes over what is left of a file, which is no header. */
    void finishEntry() throws IOException {
        transferTo(OutputStream.nullOutputStream());
    }

    /** What holds for all files to come is kept until the end, with what was said so before. */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        var count = super.read(buffer, offset, length);
        if (getCurrentEntry().isGlobalPaxHeader() && (kept += Math.max(0, count)) > HeaderBound.MOST) {
            throw HeaderBound.tooLong();
        }
        return count;
    }
}
