import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto

// What the packages call an error, as the end of a command.

extension TerminalFailure {
    init(_ error: VaultFileError, home: Home) {
        switch error {
        case .missing: self = .noAccount(home)
        case .exists: self = .accountExists(home)
        case .notAFile, .accessibleByOthers: self.init(.notPermitted, "\(error)")
        case .vault(.wrongPassphrase, let path):
            self.init(.notPermitted, "the passphrase doesn't open \(path), which itself is intact", hint: "try again")
        case .vault(.notEnoughMemory, _): self.init(.system, "\(error)")
        case .vault: self.init(.data, "\(error)")
        case .system(_, _, let code, _): self.init(.of(errno: code), "\(error)")
        }
    }

    static func noAccount(_ home: Home) -> TerminalFailure {
        TerminalFailure(
            .noInput, "there is no account in \(home.path)",
            hint: "make one with \u{ab}mesh account create NAME --join HOST:PORT\u{bb}, or name its place with --home")
    }

    static func accountExists(_ home: Home) -> TerminalFailure {
        TerminalFailure(
            .cantCreate, "there is an account in \(home.path) already; it was left as it is",
            hint: "use another --home, or \u{ab}mesh account delete\u{bb} first")
    }

    init(_ error: ChatStoreOpenError) {
        switch error {
        case .cannotOpen: self.init(.inputOutput, "\(error)")
        case .notAChatStore, .newerSchema, .wrongKey: self.init(.data, "\(error)")
        case .locked: self.init(.tryAgain, "\(error)")
        case .store(let error): self.init(error)
        }
    }

    init(_ error: ChatStoreError) {
        switch error {
        case .busy: self.init(.tryAgain, "\(error)")
        case .diskFull, .failed: self.init(.inputOutput, "\(error)")
        case .damaged, .recordDamaged: self.init(.data, "\(error)")
        }
    }

    init(_ error: ContactError) {
        switch error {
        case .notAContact: self.init(.noUser, "\(error)")
        case .alreadyAContact, .nameTaken: self.init(.cantCreate, "\(error)")
        case .nameEmpty, .nameLikeID, .nameRefused: self.init(.data, "\(error)")
        case .store(let error): self.init(error)
        }
    }

    init(_ error: ChatSendError) {
        switch error {
        case .refused, .notSealed: self.init(.data, "\(error)")
        case .store(let error): self.init(error)
        }
    }

    init(_ error: HomeLockError) {
        switch error {
        case .held: self.init(.tryAgain, "\(error)")
        case .cannotOpen: self.init(.inputOutput, "\(error)")
        }
    }
}

/// Runs `body` and names what it throws as the end of a command.
@discardableResult
func failing<Value>(_ body: () throws -> Value) throws(TerminalFailure) -> Value {
    do { return try body() } catch let error as TerminalFailure {
        throw error
    } catch let error as ChatStoreOpenError {
        throw TerminalFailure(error)
    } catch let error as ChatStoreError {
        throw TerminalFailure(error)
    } catch let error as ContactError {
        throw TerminalFailure(error)
    } catch let error as ChatSendError {
        throw TerminalFailure(error)
    } catch let error as HomeLockError {
        throw TerminalFailure(error)
    } catch let error as ClientConfigurationError {
        throw TerminalFailure(.configuration, "\(error)")
    } catch {
        throw TerminalFailure(.software, "\(error)")
    }
}

/// ``failing(_:)`` for what waits.
@discardableResult
func failingAsync<Value>(_ body: () async throws -> Value) async throws(TerminalFailure) -> Value {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    return try failing { try result.get() }
}
