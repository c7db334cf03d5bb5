/// The bytes under every signature: one byte with the context's length in UTF-8 (1…255), the context, the message.
///
/// They go into plain Ed25519 (RFC 8032, PureEdDSA), so any library can check them. No signature made for one purpose
/// fits another.
enum SignedText {
    /// Builds the text for the time of the call; short ones lie on the stack.
    static func with<Result>(
        _ message: UnsafeRawBufferPointer, context: String, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var context = context
        return context.withUTF8 { label in
            precondition((1...255).contains(label.count), "a context has 1 to 255 bytes")
            let count = 1 + label.count + message.count
            return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { text in
                text[0] = UInt8(label.count)
                text[1...].copyBytes(from: label)
                text[(1 + label.count)...].copyBytes(from: message)
                return body(UnsafeRawBufferPointer(text))
            }
        }
    }
}

extension Slice<UnsafeMutableRawBufferPointer> {
    fileprivate func copyBytes(from source: some Collection<UInt8>) {
        UnsafeMutableRawBufferPointer(rebasing: self).copyBytes(from: source)
    }
}
