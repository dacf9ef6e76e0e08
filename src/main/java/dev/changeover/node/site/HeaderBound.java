package dev.changeover.node.site;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An archive whose headers do not fill the memory: of what is read for one, much is refused. */
final class HeaderBound extends FilterInputStream {

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
