extension [UInt8] {
    /// Lends the bytes to a reader with typed errors, which the standard library's `withUnsafeBytes` loses.
    func withTypedBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try withUnsafeBytes { raw in Result { () throws(Failure) in try body(raw) } }.get()
    }
}
