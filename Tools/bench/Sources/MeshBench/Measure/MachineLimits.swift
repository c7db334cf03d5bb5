import CBench
import Foundation
import Glibc
import MeshCrypto

/// What this machine can do at all, measured beside the rest, because it drifts.
struct MachineLimits: Sendable {
    /// One append of 1 KiB, each with fdatasync.
    var appendsPerSecond: Double
    /// Appends of 256 KiB, each with fdatasync.
    var batchMiBPerSecond: Double
    /// 1 KiB there and back over loopback, 100 connections with one in flight; both ends in this process.
    var echoesPerSecond: Double
    /// Messages of 1 KiB that one core encrypts as a link does.
    var encryptionsPerSecond: Double
    /// X25519 operations of one core.
    var agreementsPerSecond: Double

    private static let seconds = 0.5

    static func measure(in directory: URL) throws -> MachineLimits {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return MachineLimits(
            appendsPerSecond: try appends(directory, bytes: 1_024),
            batchMiBPerSecond: try appends(directory, bytes: 256 * 1_024) / 4,
            echoesPerSecond: try LoopbackEcho.perSecond(connections: 100, bytes: 1_024, seconds: seconds),
            encryptionsPerSecond: encryptions(), agreementsPerSecond: agreements())
    }

    /// By name, as the report has them.
    var named: [(name: String, value: Double)] {
        [
            ("append1KiBSyncsPerSecond", appendsPerSecond), ("append256KiBMiBPerSecond", batchMiBPerSecond),
            ("loopbackEchoesPerSecond", echoesPerSecond), ("chaChaPoly1KiBPerSecond", encryptionsPerSecond),
            ("x25519PerSecond", agreementsPerSecond),
        ]
    }

    private static func appends(_ directory: URL, bytes: Int) throws -> Double {
        let path = directory.appending(path: "limits.bin").path
        let descriptor = try SystemCall.check(
            "open \(path)", open(path, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0o600))
        defer {
            close(descriptor)
            unlink(path)
        }
        let block = [UInt8](repeating: 0xa5, count: bytes)
        return rate {
            write(descriptor, block, bytes)
            fdatasync(descriptor)
        }
    }

    private static func encryptions() -> Double {
        let dialler = NoiseHandshake(role: .initiator, key: .throwaway(), prologue: [])
        let listener = NoiseHandshake(role: .responder, key: .throwaway(), prologue: [])
        guard let first = try? dialler.write(payload: []), (try? listener.read(first)) != nil,
            let second = try? listener.write(payload: []), (try? dialler.read(second)) != nil,
            let third = try? dialler.write(payload: []), (try? listener.read(third)) != nil
        else { preconditionFailure("two handshakes in one process fit") }
        let transport = dialler.makeTransport()
        var message = [UInt8](repeating: 0, count: 1_024 + NoiseTransport.tagBytes)
        return message.withUnsafeMutableBytes { message in
            coreRate { for _ in 0..<64 { _ = try? transport.encrypt(message, plaintextCount: 1_024) } } * 64
        }
    }

    private static func agreements() -> Double {
        var secret = Bytes32.random().bytes
        let point = [UInt8](repeating: 9, count: 32)
        return coreRate {
            var shared = [UInt8](repeating: 0, count: 32)
            _ = crypto_scalarmult_curve25519(&shared, secret, point)
            secret[0] = shared[0]
        }
    }

    private static func rate(_ body: () -> Void) -> Double { rate({ Clock.now }, body) }

    /// A second of the core's time, however many others want it.
    private static func coreRate(_ body: () -> Void) -> Double { rate({ Clock.ofThread }, body) }

    private static func rate(_ now: () -> UInt64, _ body: () -> Void) -> Double {
        let start = now()
        var count = 0
        var elapsed: UInt64 = 0
        repeat {
            body()
            count += 1
            elapsed = now() - start
        } while Double(elapsed) < seconds * Double(Clock.second)
        return Double(count) / (Double(elapsed) / Double(Clock.second))
    }
}

/// The name of the file system that a directory lies on: a tmpfs would make syncs free.
enum FileSystem {
    private static let names: [UInt: String] = [
        0xef53: "ext4", 0x5846_5342: "xfs", 0x9123_683e: "btrfs", 0x0102_1994: "tmpfs (NOT A DISK: syncs are free)",
        0x794c_7630: "overlayfs", 0x2fc1_2fc1: "zfs", 0xf2f5_2010: "f2fs",
    ]

    static func name(of directory: URL) -> String {
        var status = statfs()
        guard statfs(directory.path, &status) == 0 else { return "unknown" }
        let kind = UInt(bitPattern: Int(status.f_type)) & 0xffff_ffff
        return names[kind] ?? "0x" + String(kind, radix: 16)
    }
}
