// Integers on disk are little-endian and unaligned.

extension UnsafeRawBufferPointer {
    /// The integer at `offset`, which the caller has checked to lie within.
    @inline(__always)
    package func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The recipient at `offset`.
    @inline(__always)
    package func recipient(at offset: Int) -> QueueRecipient {
        QueueRecipient(
            word0: loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            word1: loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            word2: loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
            word3: loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
        )
    }

    /// The id at `offset`.
    @inline(__always)
    package func itemID(at offset: Int) -> QueueItemID {
        QueueItemID(
            word0: loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            word1: loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        )
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes an integer at `offset`, where the caller has made room.
    @inline(__always)
    package func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    /// Writes a recipient at `offset`.
    @inline(__always)
    package func store(_ recipient: QueueRecipient, at offset: Int) {
        storeBytes(of: recipient.word0, toByteOffset: offset, as: UInt64.self)
        storeBytes(of: recipient.word1, toByteOffset: offset + 8, as: UInt64.self)
        storeBytes(of: recipient.word2, toByteOffset: offset + 16, as: UInt64.self)
        storeBytes(of: recipient.word3, toByteOffset: offset + 24, as: UInt64.self)
    }

    /// Writes an id at `offset`.
    @inline(__always)
    package func store(_ id: QueueItemID, at offset: Int) {
        storeBytes(of: id.word0, toByteOffset: offset, as: UInt64.self)
        storeBytes(of: id.word1, toByteOffset: offset + 8, as: UInt64.self)
    }
}
