import ArgumentParser
import Foundation

/// Servers to compare with, from Debian's packages.
enum Peer: String, CaseIterable, ExpressibleByArgument {
    /// MQTT, QoS 1, messages kept in memory and written to disk every half hour.
    case mosquitto
    /// MQTT plugin, QoS 1, durable queues: synced before the answer.
    case rabbitmq
    /// Streams with the append-only file synced before each answer, in groups.
    case redis

    /// What is spoken.
    enum Language {
        case mqtt
        case redis
    }

    /// How it is started.
    struct Command {
        var program: String
        var arguments: [String]
        var environment: [String: String] = [:]
    }

    var language: Language { self == .redis ? .redis : .mqtt }

    /// What it can do at all.
    func runs(_ shape: Shape) -> Bool {
        switch shape {
        case .store, .drain: true
        case .relay1, .relay64, .pair, .idle: language == .mqtt
        default: false
        }
    }

    /// Messages of one repetition, where it is too slow for as many as a node takes; nil: the same.
    var messages: Int? { self == .rabbitmq ? 20_000 : nil }

    /// Writes its configuration.
    func prepare(in data: URL, port: UInt16, _ login: PeerLogin) throws -> Command {
        switch self {
        case .mosquitto: try mosquitto(data, port, login)
        case .rabbitmq: try rabbitmq(data, port, login)
        case .redis: try redis(data, port, login)
        }
    }

    /// The first of these programs that is there.
    private func program(_ candidates: String...) throws -> String {
        for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        throw BenchFailure("\(rawValue) isn't installed; make bench-peers installs it")
    }

    private func write(_ text: String, _ name: String, _ data: URL) throws -> String {
        let file = data.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func mosquitto(_ data: URL, _ port: UInt16, _ login: PeerLogin) throws -> Command {
        let passwords = data.appending(path: "passwords").path
        let maker = Process()
        maker.executableURL = URL(filePath: try program("/usr/bin/mosquitto_passwd"))
        maker.arguments = ["-b", "-c", passwords, login.user, login.password]
        try maker.run()
        maker.waitUntilExit()
        let configuration = """
            listener \(port) 127.0.0.1
            allow_anonymous false
            password_file \(passwords)
            persistence true
            persistence_location \(data.path)/
            max_queued_messages 0
            max_queued_bytes 0
            max_inflight_messages 1000
            max_connections -1
            autosave_interval 1800
            log_dest none
            user \(NSUserName())

            """
        let file = try write(configuration, "mosquitto.conf", data)
        return Command(program: try program("/usr/sbin/mosquitto"), arguments: ["-c", file])
    }

    private func redis(_ data: URL, _ port: UInt16, _ login: PeerLogin) throws -> Command {
        let configuration = """
            bind 127.0.0.1
            port \(port)
            requirepass \(login.password)
            appendonly yes
            appendfsync always
            save ""
            maxclients 20000
            dir \(data.path)
            auto-aof-rewrite-percentage 0

            """
        let file = try write(configuration, "redis.conf", data)
        return Command(program: try program("/usr/bin/redis-server"), arguments: [file])
    }

    private func rabbitmq(_ data: URL, _ port: UInt16, _ login: PeerLogin) throws -> Command {
        let configuration = """
            listeners.tcp = none
            mqtt.listeners.tcp.1 = 127.0.0.1:\(port)
            mqtt.allow_anonymous = false
            default_user = \(login.user)
            default_pass = \(login.password)
            mqtt.prefetch = 1000
            mqtt.tcp_listen_options.backlog = 4096
            log.file.level = error
            disk_free_limit.absolute = 1GB

            """
        _ = try write(configuration, "rabbitmq.conf", data)
        let plugins = try write("[rabbitmq_mqtt].\n", "enabled_plugins", data)
        var environment = ProcessInfo.processInfo.environment
        environment["RABBITMQ_CONFIG_FILE"] = data.appending(path: "rabbitmq").path
        environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins
        environment["RABBITMQ_MNESIA_BASE"] = data.path
        environment["RABBITMQ_LOG_BASE"] = data.path
        environment["RABBITMQ_NODENAME"] = "bench@localhost"
        environment["HOME"] = data.path
        environment["ERL_EPMD_ADDRESS"] = "127.0.0.1"
        environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "+Q 262144 -kernel inet_dist_use_interface {127,0,0,1}"
        return Command(program: try program(Self.rabbitProgram), arguments: [], environment: environment)
    }

    /// The server's own script, of whatever version: the one in PATH insists on a user of its own.
    private static var rabbitProgram: String {
        let root = URL(filePath: "/usr/lib/rabbitmq/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return root.appending(path: versions.sorted().last ?? "").appending(path: "sbin/rabbitmq-server").path
    }
}
