import Foundation

/// Reads manifests through the package manager itself, so that a computed manifest is read as it will be built.
///
/// The package manager keeps what it has evaluated: a manifest that did not change costs some 0.2 s.
struct ManifestReader {
    enum Failure: Error, CustomStringConvertible {
        case notStarted(reason: String)
        case refused(status: Int32)
        case unexpected(reason: String)

        var description: String {
            switch self {
            case .notStarted(let reason): "`swift package dump-package` could not be started: \(reason)"
            case .refused(let status):
                "`swift package dump-package` ended with \(status). Mend what it says above."
            case .unexpected(let reason): "`swift package dump-package` printed something unexpected: \(reason)"
            }
        }
    }

    /// Where the package manager may keep its files while it reads.
    let scratch: URL

    func read(directory: URL) throws(Failure) -> PackageDump {
        let output = try run([
            "swift", "package", "dump-package", "--package-path", directory.path, "--scratch-path", scratch.path,
        ])
        do {
            return try JSONDecoder().decode(PackageDump.self, from: output)
        } catch {
            throw .unexpected(reason: String(describing: error))
        }
    }

    /// Runs a program whose errors appear among this one's.
    private func run(_ arguments: [String]) throws(Failure) -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        do { try process.run() } catch { throw .notStarted(reason: String(describing: error)) }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw .refused(status: process.terminationStatus) }
        return output
    }
}
