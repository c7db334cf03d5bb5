/// A vault's entries as bytes.
enum VaultContent {
    static func byteCount(_ entries: [VaultEntry]) -> Int {
        entries.reduce(2) { $0 + 2 + 1 + $1.label.utf8.count + 4 + $1.bytes.count }
    }

    static func write(_ entries: [VaultEntry], to writer: inout ByteWriter) {
        writer.put(UInt16(entries.count))
        for entry in entries {
            writer.put(entry.kind.rawValue)
            writer.put(UInt8(entry.label.utf8.count))
            writer.put(Array(entry.label.utf8))
            writer.put(UInt32(entry.bytes.count))
            entry.bytes.withUnsafeBytes { writer.put($0) }
        }
    }

    /// Nil if the bytes are anything but whole entries, or too many.
    static func read(_ content: UnsafeRawBufferPointer) -> [VaultEntry]? {
        var reader = ByteReader(content)
        guard let count = reader.integer(UInt16.self), count <= Vault.maximumEntries else { return nil }
        var entries: [VaultEntry] = []
        for _ in 0..<count {
            guard let entry = readEntry(&reader) else { return nil }
            entries.append(entry)
        }
        return reader.rest.isEmpty ? entries : nil
    }

    private static func readEntry(_ reader: inout ByteReader) -> VaultEntry? {
        guard let kind = reader.integer(UInt16.self).map(VaultEntry.Kind.init(rawValue:)),
            let labelCount = reader.integer(UInt8.self), let labelBytes = reader.take(Int(labelCount)),
            let label = String(validating: labelBytes, as: UTF8.self),
            let count = reader.integer(UInt32.self), let bytes = reader.take(Int(count))
        else { return nil }
        return try? VaultEntry(kind: kind, label: label, bytes: SecretBytes(copying: bytes))
    }
}
