import Dispatch
import Glibc

/// Reads standard input on a thread of its own, for the rest of the process.
enum Keyboard {
    static func start(_ mailbox: Mailbox<Session.Event>) {
        DispatchQueue(label: "keyboard").async {
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while true {
                let got = read(STDIN_FILENO, &chunk, chunk.count)
                if got < 0 && errno == EINTR { continue }
                mailbox.post(.input(got > 0 ? Array(chunk[..<got]) : []))
                if got <= 0 { return }
            }
        }
    }
}

/// Cuts bytes of a file or pipe into lines.
struct LineSplitter {
    private var rest: [UInt8] = []

    /// The lines that are whole; at the end of input what is left.
    mutating func take(_ bytes: [UInt8]) -> [String] {
        guard !bytes.isEmpty else {
            defer { rest = [] }
            return rest.isEmpty ? [] : [String(decoding: rest, as: UTF8.self)]
        }
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(String(decoding: rest, as: UTF8.self))
                rest = []
            } else {
                rest.append(byte)
            }
        }
        return lines
    }
}
