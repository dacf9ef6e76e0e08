package dev.changeover.node.site;

import java.io.FilterInputStream;
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

    /** An archive whose headers do not fill the memory: of what is read for one, much is refused. */
    static final class HeaderBound extends FilterInputStream {

        /** Names, attributes and the map of a sparse file, which are held in memory. */
        static final int MOST = 64 << 10;

        private boolean isHeader;
        private int read;

        HeaderBound(InputStream in) {
            super(in);
        }

        /** What an archive says of its next file. */
        interface Header<E> {
            E next() throws IOException;
        }

        /** Reads a header; the one within it, such as a name before the file of that name, is part of it. */
        <E> E read(Header<E> header) throws IOException {
            if (isHeader) return header.next();
            isHeader = true;
            read = 0;
            try {
                return header.next();
            } finally {
                isHeader = false;
            }
        }

        static IOException tooLong() {
            return new IOException("a header in it has more than " + (MOST >> 10) + " KB");
        }

        @Override
        public int read() throws IOException {
            var one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            var count = super.read(buffer, offset, length);
            count(Math.max(0, count));
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int bytes) throws IOException {
            if (isHeader && (read += bytes) > MOST) throw tooLong();
        }
    }
}
