import Glibc
import MeshCrypto

/// Asks on the terminal, whatever standard input and output are, without showing what is typed.
final class SecretPrompt {
    private let descriptor: Int32
    private let former: termios

    /// Nil where the process has no terminal.
    init?() {
        let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        former = settings
    }

    deinit { close(descriptor) }

    /// One line, without its end.
    func ask(_ question: String) throws(TerminalFailure) -> SecretBytes {
        try Descriptor(descriptor).writeAll(Array(question.utf8), name: "/dev/tty")
        var silent = former
        // Byte by byte and without signals: so an interrupt too passes by here, and the echo comes back.
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        guard tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else {
            throw TerminalFailure(call: "switching off the echo of", path: "/dev/tty")
        }
        defer {
            var former = former
            tcsetattr(descriptor, TCSAFLUSH, &former)
            _ = write(descriptor, "\n", 1)
        }
        var line = SecretLine()
        while true {
            var byte: UInt8 = 0
            let got = read(descriptor, &byte, 1)
            if got < 0 && errno == EINTR { continue }
            guard got == 1 else { throw TerminalFailure(call: "reading", path: "/dev/tty") }
            switch line.take(byte) {
            case .more: continue
            case .done: return SecretBytes(taking: &line.bytes)
            case .cancelled: throw TerminalFailure(.noInput, "no passphrase was given")
            case .tooLong: throw TerminalFailure(.data, "that has more than \(PassphraseSource.maximumBytes) bytes")
            }
        }
    }
}

/// A line that is typed blindly: the editing keys that anybody would try without seeing.
struct SecretLine {
    enum Progress: Equatable { case more, done, cancelled, tooLong }

    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(PassphraseSource.maximumBytes) }

    mutating func take(_ byte: UInt8) -> Progress {
        switch byte {
        case 0x0A, 0x0D: return .done
        case 0x03: return .cancelled
        case 0x04: return bytes.isEmpty ? .cancelled : .done
        case 0x15: wipe()
        case 0x08, 0x7F: removeCharacter()
        default:
            guard bytes.count < PassphraseSource.maximumBytes else { return .tooLong }
            bytes.append(byte)
        }
        return .more
    }

    private mutating func wipe() {
        for index in bytes.indices { bytes[index] = 0 }
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func removeCharacter() {
        // The bytes 10xxxxxx go on with a character that began before them.
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    }
}
