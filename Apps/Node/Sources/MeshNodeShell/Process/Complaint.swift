import Glibc

/// What goes to stderr when a command fails.
enum Complaint {
    static func write(_ failure: NodeFailure) {
        var text = "mesh-node: \(failure.message)\n"
        if let hint = failure.hint { text += "  \(hint)\n" }
        LineSink.standardError.write(text)
    }
}
