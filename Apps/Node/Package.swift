// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshNode",
    products: [
        .library(name: "MeshNode", targets: ["MeshNode"]),
        // For the tests' altered nodes; nothing else of it is public than the command.
        .library(name: "MeshNodeShell", targets: ["MeshNodeShell"]),
        .executable(name: "mesh-node", targets: ["mesh-node"]),
    ],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
        .package(path: "../../Packages/MeshQueue"),
        .package(path: "../../Packages/MeshTransport"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "MeshNode",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueue", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "MeshNodeShell",
            dependencies: [
                "MeshNode", "CSystemd",
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueue", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "MeshTransport", package: "MeshTransport"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "mesh-node", dependencies: ["MeshNodeShell"], swiftSettings: settings),
        .testTarget(
            name: "MeshNodeTests",
            dependencies: [
                "MeshNode",
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueue", package: "MeshQueue"),
                .product(name: "MeshQueueTesting", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MeshNodeShellTests",
            dependencies: [
                "MeshNodeShell", "MeshNode", "mesh-node", "CSystemd",
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueue", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "MeshTransport", package: "MeshTransport"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
)
