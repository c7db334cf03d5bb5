import MeshCrypto

/// Seals what stands in the tables, and blinds what rows are found by.
///
/// Each record is sealed with the table's name, its row's tag and its column as associated data: a record that was put
/// into another row or column doesn't open. Tags are keyed hashes: without the storage key, nobody can test whether an
/// id occurs.
struct RecordCipher: Sendable {
    let key: StorageKey

    /// What a record belongs to.
    struct Place {
        let table: String
        let column: String
        let tag: [UInt8]

        /// The parts one after the other, each with its length before it, so that no two places look alike.
        var associated: [UInt8] {
            [Array("mesh chat store 1".utf8), Array(table.utf8), Array(column.utf8), tag].flatMap { part in
                withUnsafeBytes(of: UInt32(part.count).bigEndian) { [UInt8]($0) } + part
            }
        }
    }

    func seal(_ bytes: [UInt8], at place: Place) -> [UInt8] {
        key.seal(bytes, associated: place.associated)
    }

    func open(_ bytes: [UInt8], at place: Place) -> [UInt8]? {
        try? key.open(bytes, associated: place.associated)
    }

    /// The blinded form of an id, apart for each use: 16 bytes.
    func tag<each Part: HashInput>(_ use: TagUse, _ part: repeat each Part) -> [UInt8] {
        Array(key.lookupKey(context: use.rawValue, repeat each part).bytes.prefix(16))
    }
}

/// What a tag stands for. Each use is a context of the hash: tags of different uses can't be compared.
enum TagUse: String {
    case peer = "mesh chat peer tag 1"
    case received = "mesh chat received tag 1"
    case own = "mesh chat own tag 1"
    case seen = "mesh chat seen tag 1"
    case submission = "mesh chat submission tag 1"
}
