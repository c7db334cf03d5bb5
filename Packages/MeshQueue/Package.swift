// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshQueue",
    products: [
        .library(name: "MeshQueue", targets: ["MeshQueue", "MeshQueueCore"]),
        .library(name: "MeshQueueCore", targets: ["MeshQueueCore"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "MeshQueueCore", swiftSettings: settings),
        .target(name: "MeshQueue", dependencies: ["MeshQueueCore", "CSQLite"], swiftSettings: settings),
        .executableTarget(
            name: "queue-bench", dependencies: ["MeshQueue", "MeshQueueCore"], path: "Benchmarks/QueueBench",
            swiftSettings: settings),
        .executableTarget(
            name: "queue-crasher", dependencies: ["MeshQueue", "MeshQueueCore"], path: "Tests/QueueCrasher",
            swiftSettings: settings),
        .testTarget(
            name: "MeshQueueTests", dependencies: ["MeshQueue", "MeshQueueCore", "CSQLite", "queue-crasher"],
            swiftSettings: settings),
    ]
)
