package dev.changeover.node.site;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A tar whose headers do not fill the memory. */
final class BoundedTar extends TarArchiveInputStream {

    /** Names and attributes of one file, which are held in memory. */
    private static final int MOST_HEADER_BYTES = 64 << 10;

    private boolean isHeader;
    private int headerBytes;

    BoundedTar(InputStream in) {
        super(in);
    }

    @Override
    public TarArchiveEntry getNextEntry() throws IOException {
        if (isHeader) return super.getNextEntry();
        isHeader = true;
        headerBytes = 0;
        try {
            return super.getNextEntry();
        } finally {
            isHeader = false;
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        var count = super.read(buffer, offset, length);
        if (isHeader && (headerBytes += Math.max(0, count)) > MOST_HEADER_BYTES) {
            throw new IOException("a name in it has more than " + (MOST_HEADER_BYTES >> 10) + " KB");
        }
        return count;
    }
}
