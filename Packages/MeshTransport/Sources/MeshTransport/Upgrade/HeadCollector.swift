import NIOCore

/// Waits for the empty line that ends an HTTP head, within ``HTTPHead/maximumBytes``.
struct HeadCollector {
    /// Bytes already searched, so that a head that comes byte by byte isn't searched anew each time.
    private var searched = 0

    /// Takes the head out of the buffer, with its empty line, and parses it; nil if the end hasn't come yet, then the
    /// buffer stays as it is.
    mutating func next(from buffer: inout ByteBuffer) throws(HTTPHeadError) -> HTTPHead? {
        let length = endOfHead(buffer.readableBytesView)
        guard length ?? buffer.readableBytes <= HTTPHead.maximumBytes else {
            throw .tooLong(got: length ?? buffer.readableBytes, allowed: HTTPHead.maximumBytes)
        }
        guard let length, let bytes = buffer.readBytes(length: length) else { return nil }
        searched = 0
        return try HTTPHead(parsing: Array(bytes.dropLast(HTTPHead.end.count)))
    }

    /// The number of bytes up to the end of the empty line.
    private mutating func endOfHead(_ view: ByteBufferView) -> Int? {
        let end = HTTPHead.end
        var index = view.startIndex + searched
        while index + end.count <= view.endIndex {
            if view[index + 3] == 10, view[index..<(index + 4)].elementsEqual(end) {
                return index + end.count - view.startIndex
            }
            index += 1
        }
        searched = index - view.startIndex
        return nil
    }
}
