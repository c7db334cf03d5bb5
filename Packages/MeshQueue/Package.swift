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
        .library(name: "MeshQueueTesting", targets: ["MeshQueueTesting", "MeshQueueCore"]),
    ],
    targets: [
        .target(name: "MeshQueueCore", swiftSettings: settings),
        .target(name: "MeshQueueTesting", dependencies: ["MeshQueueCore"], swiftSettings: settings),
        .target(name: "MeshQueue", dependencies: ["MeshQueueCore"], swiftSettings: settings),
        .executableTarget(
            name: "queue-bench", dependencies: ["MeshQueue", "MeshQueueCore"], path: "Benchmarks/QueueBench",
            swiftSettings: settings),
        .executableTarget(
            name: "queue-crasher", dependencies: ["MeshQueue", "MeshQueueCore"], path: "Tests/QueueCrasher",
            swiftSettings: settings),
        .testTarget(
            name: "MeshQueueTests", dependencies: ["MeshQueue", "MeshQueueCore", "MeshQueueTesting", "queue-crasher"],
            swiftSettings: settings),
    ]
)
