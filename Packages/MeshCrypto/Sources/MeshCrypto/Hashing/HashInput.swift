/// What can be fed to a hash: bytes and texts as they are, integers big-endian, identifiers as their bytes.
///
/// Parts follow each other without a mark between them. Where two of them vary in length, feed their lengths too.
public protocol HashInput {
    /// Feeds this part's bytes.
    func feed(into hasher: inout BLAKE2b)
}

extension UnsafeRawBufferPointer: HashInput {
    /// Feeds the bytes as they are.
    public func feed(into hasher: inout BLAKE2b) { hasher.update(self) }
}

extension [UInt8]: HashInput {
    /// Feeds the bytes as they are.
    public func feed(into hasher: inout BLAKE2b) { withUnsafeBytes { hasher.update($0) } }
}

extension ArraySlice<UInt8>: HashInput {
    /// Feeds the bytes as they are.
    public func feed(into hasher: inout BLAKE2b) { withUnsafeBytes { hasher.update($0) } }
}

extension String: HashInput {
    /// Feeds the text's UTF-8, without its length.
    public func feed(into hasher: inout BLAKE2b) {
        var text = self
        text.withUTF8 { hasher.update(UnsafeRawBufferPointer($0)) }
    }
}

extension HashInput where Self: FixedWidthInteger & BitwiseCopyable {
    /// Feeds the number big-endian, in its full width.
    public func feed(into hasher: inout BLAKE2b) {
        withUnsafeBytes(of: bigEndian) { hasher.update($0) }
    }
}

extension UInt8: HashInput {}
extension UInt16: HashInput {}
extension UInt32: HashInput {}
extension UInt64: HashInput {}
