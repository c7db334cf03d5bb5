import Foundation
import MeshChatStore
import MeshCrypto
import Testing

/// The stores that one contract holds for.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case disk

    /// Runs a test on a new store, and leaves nothing behind.
    func with<Value>(_ body: (ChatStore) throws -> Value) throws -> Value {
        switch self {
        case .memory: try body(.inMemory(key: .generate()))
        case .disk: try withHome { home in try body(home.open()) }
        }
    }
}

/// A directory with a store's file, and its key.
struct Home: Sendable {
    let directory: URL
    let key: StorageKey

    var path: String { directory.appendingPathComponent("chat.sqlite").path }

    func open(_ options: ChatStoreOptions = ChatStoreOptions()) throws -> ChatStore {
        try ChatStore.open(at: path, key: key, options: options)
    }

    /// All bytes that lie on the disk.
    func bytesOnDisk() -> [UInt8] {
        ChatStore.files(at: path).flatMap { path in
            FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
        }
    }
}

/// Runs a test with a directory of its own, which is deleted afterwards.
func withHome<Value>(_ body: (Home) throws -> Value) throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("mesh-chat-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try body(Home(directory: directory, key: .generate()))
}

extension [UInt8] {
    func contains(sequence: [UInt8]) -> Bool {
        Data(self).range(of: Data(sequence)) != nil
    }
}
