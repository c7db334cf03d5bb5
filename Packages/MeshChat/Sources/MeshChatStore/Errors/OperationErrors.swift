public import MeshChat
public import MeshCrypto

/// Why contacts could not be changed. Nothing is changed then.
public enum ContactError: Error, Hashable, Sendable {
    /// Nobody among the contacts has this id.
    case notAContact(UserID)
    /// This id is a contact already, under this name (nil if it has none).
    case alreadyAContact(UserID, name: String?)
    /// Another contact has this name.
    case nameTaken(name: String, by: UserID)
    /// The name is empty.
    case nameEmpty
    /// The name looks like an id, so it could pass for one.
    case nameLikeID(name: String)
    /// The name is too long or has characters that steer terminals.
    case nameRefused(ChatMessageError)
    /// The store could not be read or written.
    case store(ChatStoreError)
}

extension ContactError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .notAContact(let id): "\(id) is not among the contacts; add it first"
        case .alreadyAContact(let id, let name):
            "\(id) is a contact already\(name.map { ", named \($0)" } ?? ""); rename it to change its name"
        case .nameTaken(let name, let id): "the name \(name) belongs to \(id); choose another"
        case .nameEmpty: "the name is empty; write at least one character, or leave it out"
        case .nameLikeID(let name): "the name \(name) looks like an id; choose another"
        case .nameRefused(let error): error.description
        case .store(let error): error.description
        }
    }
}

/// Why a message could not be put into the outbox. Nothing is changed then; no place in the order is lost.
public enum ChatSendError: Error, Sendable {
    /// The message breaks a limit of the chat protocol.
    case refused(ChatMessageError)
    /// Sealing failed, with the sealer's error.
    case notSealed(any Error)
    /// The store could not be read or written.
    case store(ChatStoreError)
}

extension ChatSendError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .refused(let error): error.description
        case .notSealed(let error): "the message could not be sealed: \(error)"
        case .store(let error): error.description
        }
    }
}
